import type { Platform } from '../platform/platform.js'
import type { ActiveRun } from './active-run.js'

/** The runs that would stay `RUNNING` for ever if the process ended now. */
export interface OpenRuns {
  add(run: ActiveRun): void
  remove(run: ActiveRun): void
  /** Waits for those that are being ended just now. */
  ended(): Promise<void>
}

export const createOpenRuns = (platform: Platform): OpenRuns => {
  const runs = new Set<ActiveRun>()
  let stopWatching: (() => void) | undefined
  return {
    add: run => {
      runs.add(run)
      // Watching only while there is something to end: a handler for signals changes how a process dies.
      stopWatching ??= platform.beforeExit(async outcome => {
        stopWatching = undefined
        await Promise.allSettled([...runs].map(open => open.end(outcome)))
      })
    },
    remove: run => {
      runs.delete(run)
      if (runs.size > 0) return
      stopWatching?.()
      stopWatching = undefined
    },
    ended: async () => {
      await Promise.all([...runs].filter(run => run.isEnded).map(run => run.end()))
    },
  }
}
