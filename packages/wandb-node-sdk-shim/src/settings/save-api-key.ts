import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { messageOf, WandbError } from '../errors.js'

/** A line that begins another entry. */
const ENTRY = /^\s*(machine\s+(\S+)|default\b|macdef\b)/

/** `text` without the entries of `machine`; all else stays as it is, comments and macros included. */
const withoutMachine = (text: string, machine: string): string => {
  const kept: string[] = []
  let isInside = false
  for (const line of text.split('\n')) {
    const entry = ENTRY.exec(line)
    if (entry) isInside = entry[2]?.replace(/^(["'])(.*)\1$/, '$2') === machine
    if (!isInside) kept.push(line)
  }
  return kept.join('\n')
}

/**
 * Keeps a key where W&B's own tools look for it: in netrc (`$NETRC`, else `~/.netrc`), readable by its owner alone.
 *
 * @throws {WandbError} `USAGE` if the file cannot be written.
 */
export const saveApiKey = (
  baseUrl: string,
  apiKey: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void => {
  const path = env.NETRC || join(homedir(), '.netrc')
  const { host } = new URL(baseUrl)
  try {
    let before = ''
    try {
      before = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    const rest = withoutMachine(before, host).trimEnd()
    const entry = `machine ${host}\n  login user\n  password ${apiKey}\n`
    // Renamed into place: keys of other machines must not be lost to a crash.
    const whole = `${path}.${process.pid}.partial`
    writeFileSync(whole, `${rest}${rest === '' ? '' : '\n'}${entry}`, { mode: 0o600 })
    chmodSync(whole, 0o600)
    renameSync(whole, path)
  } catch (error) {
    throw new WandbError('USAGE', `The API key cannot be kept in ${path}: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}
