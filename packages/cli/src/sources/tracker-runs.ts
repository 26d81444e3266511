import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EpochwattError } from '@epochwatt/core'
import { printable } from '@epochwatt/report'
import type { Console } from '../console.js'

/**
 * A plugin of the user's: beside the command, or in the project where it is run, since `npx` puts the command somewhere
 * else.
 *
 * @throws EpochwattError `PLUGIN_MISSING`.
 */
export const loadPlugin = async <Plugin>(
  name: string,
  what: string,
  beside: () => Promise<Plugin>,
): Promise<Plugin> => {
  try {
    return await beside()
  } catch {
    // Not there.
  }
  try {
    const path = createRequire(join(process.cwd(), 'any.js')).resolve(name)
    return (await import(pathToFileURL(path).href)) as Plugin
  } catch (cause) {
    throw new EpochwattError(
      'PLUGIN_MISSING',
      `${what} needs a package that is not installed: npm install ${name}.`,
      { cause },
    )
  }
}

/** Counts on one line of a terminal; nowhere else. */
export const progressLine = (console: Console, tracker: string) => {
  const isTerminal = console.width !== undefined
  return {
    show: (runs: number): void => {
      if (isTerminal) console.err(`\rReading runs from ${tracker}: ${runs}`)
    },
    clear: (): void => {
      if (isTerminal) console.err('\r\u001b[K')
    },
  }
}

interface LeftOut {
  readonly run: string
  readonly name: string
  readonly reason: string
}

export const tellLeftOut = (console: Console, tracker: string, leftOut: readonly LeftOut[]): void => {
  for (const { run, name, reason } of leftOut) {
    console.err(`epochwatt: ${tracker} run ${run} (${printable(name)}) was left out: ${printable(reason)}\n`)
  }
}
