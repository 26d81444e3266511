interface Closable {
  finish(exitCode?: number): Promise<unknown>
  closeNow(exitCode: number): void
}

const openRuns = new Set<Closable>()
let hooked = false

const exitCodeOf = (code: unknown): number => (typeof code === 'number' ? code : 0)

/**
 * Ends a run that its program forgot to finish: with time to upload when the process has nothing more to do, and by a
 * last record in the file when it exits at once (an uncaught error, `process.exit`).
 */
export const registerRun = (run: Closable): void => {
  openRuns.add(run)
  if (hooked) return
  hooked = true
  process.on('beforeExit', code => {
    for (const open of openRuns) void open.finish(exitCodeOf(code))
  })
  process.on('exit', code => {
    for (const open of [...openRuns]) open.closeNow(exitCodeOf(code))
  })
}

export const unregisterRun = (run: object): void => {
  openRuns.delete(run as Closable)
}
