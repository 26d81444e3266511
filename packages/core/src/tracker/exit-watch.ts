import type { Tracker } from './tracker.js'

const active = new Set<Tracker>()
let watching = false

const stopAll = (code: number): void => {
  for (const tracker of [...active]) {
    tracker.stopNow({
      status: 'failed',
      reason: `the process ended with exit code ${code} before the run was stopped`,
    })
  }
}

/** Closes runs that are still open when the process exits: their records are written, nothing is left half done. */
export const watchExit = (tracker: Tracker): void => {
  active.add(tracker)
  if (watching) return
  watching = true
  process.on('exit', stopAll)
}

export const unwatchExit = (tracker: Tracker): void => {
  active.delete(tracker)
}
