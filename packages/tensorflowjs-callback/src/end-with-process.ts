/** A run that nothing ends but the process. */
export interface OpenEnded {
  finish(): Promise<unknown>
  finishNow(): void
}

const running = new Set<OpenEnded>()
let isWatching = false

const watch = (): void => {
  if (isWatching || typeof process !== 'object' || typeof process.on !== 'function') return
  isWatching = true
  // Nothing is left to do: there is time to deliver what has not been sent.
  process.on('beforeExit', () => {
    for (const run of running) void run.finish()
    running.clear()
  })
  // In front of the tracker's own watch, which takes an open run for a failed one. After an error, it is.
  process.prependListener('exit', code => {
    if (code !== 0) return
    for (const run of running) run.finishNow()
  })
}

/** Finishes a run when the process ends by itself or by `process.exit()`, unless it was finished before. */
export const endWithProcess = (run: OpenEnded): void => {
  watch()
  running.add(run)
}

export const endedBefore = (run: OpenEnded): void => {
  running.delete(run)
}
