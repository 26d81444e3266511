import { OptionError } from '../errors.js'
import { discardRun } from '../store/run-store.js'
import { startTracking } from '../tracker/start-tracking.js'
import type { Tracker } from '../tracker/tracker.js'
import { setAutoRun } from './auto-slot.js'
import { PARENT_RUN } from './wants-tracking.js'

const LEAST_SECONDS = 'EPOCHWATT_AUTO_MIN_SECONDS'
/** A shorter process is a tool, a test or a mistake far more often than a training. */
const DEFAULT_LEAST_SECONDS = 10

const leastSeconds = (): number => {
  const text = process.env[LEAST_SECONDS]
  if (text === undefined || text === '') return DEFAULT_LEAST_SECONDS
  const seconds = Number(text)
  if (!(seconds >= 0)) throw new OptionError(LEAST_SECONDS, text, 'a number of seconds from 0')
  return seconds
}

const follow = (tracker: Tracker, shortestMs: number): void => {
  const beganMs = performance.now()
  let isOver = false
  const discard = (): void => {
    isOver = true
    tracker.stopNow({})
    discardRun(tracker.directory)
  }
  const wasShort = (): boolean => performance.now() - beganMs < shortestMs
  setAutoRun({ discard })
  // Nothing is left to do: there is time to deliver what has not been sent.
  process.on('beforeExit', () => {
    if (isOver) return
    if (wasShort()) return discard()
    isOver = true
    void tracker.stop()
  })
  // In front of the tracker's own watch, which takes an open run for a failed one. After an error, it is.
  process.prependListener('exit', code => {
    if (isOver) return
    if (wasShort()) discard()
    else if (code === 0) tracker.stopNow({})
  })
}

/** Tracks this process from now to its end. What goes wrong is a warning: the script did not ask for us. */
export const startAutoRun = (): void => {
  try {
    const shortestMs = leastSeconds() * 1000
    const tracker = startTracking()
    if (tracker.isStopped) return
    process.env[PARENT_RUN] = tracker.id
    follow(tracker, shortestMs)
  } catch (error) {
    process.emitWarning(`this process is not tracked: ${error instanceof Error ? error.message : error}`, {
      code: 'EPOCHWATT_AUTO',
    })
  }
}
