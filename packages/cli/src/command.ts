import type { Console } from './console.js'

export interface OptionSpec {
  readonly type: 'boolean' | 'string'
  /** Stands for the value in the help, e.g. `FILE`. */
  readonly value?: string
  /** May be given more than once. */
  readonly multiple?: boolean
  /** Another spelling of this option. */
  readonly sameAs?: string
  readonly description: string
}

/** Options and arguments as they were given, checked against the command's own list. */
export interface Call {
  readonly positionals: readonly string[]
  readonly flag: (name: string) => boolean
  readonly text: (name: string) => string | undefined
  readonly texts: (name: string) => readonly string[]
}

/** One command of the program. Adding one is a file of its own and a line in the list of commands. */
export interface Command {
  readonly name: string
  /** What it does, in one line. */
  readonly summary: string
  /** After `epochwatt NAME`, e.g. `RUN`. */
  readonly arguments: string
  /** Least and most positional arguments. */
  readonly takes: readonly [least: number, most: number]
  /** Shown below the summary in its own help. */
  readonly details: readonly string[]
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Returns the exit code: 0 done, 1 failed. Throws UsageError when called wrongly. */
  readonly run: (call: Call, console: Console) => number | Promise<number>
}
