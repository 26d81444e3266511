/** Where a command writes. Results go to `out`, everything else to `err`. */
export interface Console {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether results may carry escape sequences. */
  readonly color: boolean
  /** Columns of the terminal; undefined when results go to a file or a pipe. */
  readonly width: number | undefined
}

/** See https://no-color.org: set and not empty means no colour. */
const wantsColor = (env: NodeJS.ProcessEnv): boolean => !env.NO_COLOR && env.TERM !== 'dumb'

/** The console of a process. Colour and width are those of stdout, and only when it is a terminal. */
export const processConsole = (process: NodeJS.Process): Console => ({
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  color: process.stdout.isTTY === true && wantsColor(process.env),
  width: process.stdout.isTTY ? process.stdout.columns || undefined : undefined,
})
