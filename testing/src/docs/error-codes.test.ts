// Each code that the sources can say is explained in docs/errors.md, and none that they cannot.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)

const isSource = (path: string): boolean =>
  /^[\w-]+\/src\/.*\.ts$/.test(path) && !/\.(test|gen)\.ts$|\/(testing|fixtures)\//.test(path)

const sources = (readdirSync(new URL('packages', root), { recursive: true }) as string[])
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => !path.includes('node_modules') && isSource(path))
  .map(path => readFileSync(fileURLToPath(new URL(`packages/${path}`, root)), 'utf8'))
  // Examples in documentation make codes of their own.
  .map(text => text.replace(/^\s*\*.*$/gm, ''))

/** First arguments of errors and warnings, and the `code` of what is a warning's object. */
const SAID = /(?:\b(?:new [A-Z]\w*Error|super|warn|fail)\(\s*|\bcode:\s*)'([A-Z][A-Z0-9_]{3,})'/g
const UNION = /type \w*ErrorCode =([^\n]*(?:\n\s+\|[^\n]*)*)/g

/** Errors of the operating system, and of reading one meter, which are formed like them. */
const isErrno = (code: string): boolean => /^E[A-Z0-9]+$/.test(code)
/** The server's own, which the client sends on. */
const SERVERS = new Set(['RESOURCE_DOES_NOT_EXIST'])

const codesIn = (text: string): string[] => [
  ...Array.from(text.matchAll(SAID), ([, code]) => code!),
  ...Array.from(text.matchAll(UNION), ([, union]) => union!.match(/(?<=')[A-Z_]+(?=')/g) ?? []).flat(),
]

it('docs/errors.md explains every code, and no other', () => {
  const said = new Set(sources.flatMap(codesIn).filter(code => !isErrno(code) && !SERVERS.has(code)))
  const page = readFileSync(new URL('docs/errors.md', root), 'utf8')
  const explained = new Set(
    page.split('\n').flatMap(line => {
      const codes = line.startsWith('|') ? line.split('|')[1]! : line.startsWith('`') ? line : ''
      return codes.match(/(?<=`)[A-Z][A-Z0-9_]{3,}(?=`)/g) ?? []
    }),
  )
  // Reached through a helper, or by a choice between two.
  for (const code of ['NODE_OPTIONS']) explained.delete(code)
  expect(
    [...said].filter(code => !explained.has(code)),
    'codes without an explanation',
  ).toEqual([])
  const everything = sources.join('\n')
  const unknown = [...explained].filter(code => !said.has(code) && !everything.includes(`'${code}'`))
  expect(unknown, 'explained, but nowhere said').toEqual([])
})
