/** Where progress lines go, if anywhere. */
export type ProgressOutput = ((line: string) => void) | undefined

const toStderr = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/**
 * Chooses the place for progress lines: stderr, so that a program's own output stays what it is.
 *
 * @param verbose The callback's own option, which wins.
 * @param fitVerbose `verbose` of `fit`; 1 there is also its default and asks for nothing.
 */
export const progressOutput = (verbose: 0 | 1 | undefined, fitVerbose: unknown): ProgressOutput => {
  const hasStderr = typeof process === 'object' && typeof process.stderr?.write === 'function'
  if (verbose === 0 || (verbose === undefined && fitVerbose === 0)) return undefined
  if (!hasStderr) return verbose === 1 ? line => console.info(line) : undefined
  return verbose === 1 || process.stderr.isTTY ? toStderr : undefined
}
