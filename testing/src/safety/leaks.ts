// Secrets that are given to a program, and where they are looked for afterwards.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Long enough to be found in base64 wherever it begins. */
const WORD = 'c4n4ryb1rd'

/** A word that occurs nowhere else, once for each secret. */
export const canary = (of: string): string => `${WORD}${of}5ecret`

/** In base64 a word has three forms, by its place among groups of three bytes; only whole groups are always alike. */
const ENCODED = [0, 1, 2].map(skipped => {
  const whole = Math.floor((WORD.length - skipped) / 3) * 3
  return Buffer.from(WORD.slice(skipped, skipped + whole)).toString('base64')
})

/** The secrets in a text, as they are or as HTTP's basic authorisation has them. */
export const leaksIn = (text: string): string[] => [
  ...(text.match(new RegExp(`${WORD}\\w*`, 'gi')) ?? []),
  ...ENCODED.filter(form => text.includes(form)).map(form => `base64 ${form}`),
]

interface Left {
  readonly path: string
  readonly isFolder: boolean
  readonly mode: number
}

export const leftIn = (directory: string): Left[] =>
  (readdirSync(directory, { recursive: true }) as string[]).map(path => {
    const stats = statSync(join(directory, path))
    return { path, isFolder: stats.isDirectory(), mode: stats.mode & 0o777 }
  })

/** Every file below a folder by its path, which is part of the text: names can tell, too. */
export const textsIn = (directory: string): Map<string, string> =>
  new Map(
    leftIn(directory)
      .filter(({ isFolder }) => !isFolder)
      .map(({ path }) => [path, `${path}\n${readFileSync(join(directory, path), 'latin1')}`]),
  )

export interface Asked {
  readonly url: string
  readonly headers: string
  readonly body: string
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('latin1')
}

/** A server on loopback that keeps what it was asked, and answers what it is told to. */
export const backend = async (
  answer: (asked: Asked) => {
    readonly status: number
    readonly headers?: Record<string, string>
    readonly body?: string
  },
) => {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const one = {
      url: request.url ?? '',
      headers: request.rawHeaders.join('\n'),
      body: await bodyOf(request).catch(() => ''),
    }
    asked.push(one)
    const { status, headers, body } = answer(one)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    asked,
    host: `127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
