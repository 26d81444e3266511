import type { UsageReading } from '../usage/usage.js'

/**
 * Threads that a browser keeps busy while a page trains: 1.17 on the cpu backend, 1.20 on wasm, 1.6 on GPU backends in
 * software, seen from outside (process tree of Chromium over wall time, two cores).
 */
export const BUSY_THREADS = 1.2

/** What a page can tell about itself. */
export interface PageActivity {
  /** Milliseconds of a monotonic clock. */
  now(): number
  isHidden(): boolean
  /** Seconds of tasks over 50 ms that ended since the last call; undefined where browsers do not say. */
  longTaskSeconds(): number | undefined
}

export interface PageUsage {
  /** Processor time up to now, as far as it can be guessed. */
  read(): UsageReading
  /** Whether the page has work under way: a window is open. */
  setWorking(isWorking: boolean): void
  /** Seconds in which the page was hidden. */
  hiddenSeconds(): number
  /** Of these, those in which nobody could tell whether it worked. */
  darkSeconds(): number
}

/**
 * Guesses processor time in a page. While a window is open the page works. Otherwise, and while it is hidden, it is as
 * busy as its long tasks are long; without these, as busy as its timer is late. A hidden page that gives no long tasks
 * may have been throttled to a standstill: that time is not observed.
 *
 * @param timerMs Interval at which `read` is called when nothing holds it up.
 */
export const openPageUsage = (activity: PageActivity, threads: number, timerMs: number): PageUsage => {
  const busyThreads = Math.min(BUSY_THREADS, threads)
  let last = activity.now()
  let wasHidden = activity.isHidden()
  let isWorking = false
  let busySeconds = 0
  let capacitySeconds = 0
  let hiddenSeconds = 0
  let darkSeconds = 0

  const workedSeconds = (elapsed: number): number | undefined => {
    // Drained in any case: what ended in this stretch is no work of a later one.
    const inTasks = activity.longTaskSeconds()
    if (wasHidden) return inTasks
    if (isWorking) return elapsed
    return inTasks ?? Math.max(0, elapsed - timerMs / 1000)
  }

  const advance = (): void => {
    const now = activity.now()
    const elapsed = (now - last) / 1000
    last = now
    const worked = workedSeconds(elapsed)
    if (wasHidden) hiddenSeconds += elapsed
    if (worked === undefined) darkSeconds += elapsed
    else {
      // A task may have begun before this stretch: its time is kept, the meter cuts what cannot be.
      busySeconds += worked * busyThreads
      capacitySeconds += elapsed * threads
    }
    wasHidden = activity.isHidden()
  }

  return {
    read: () => {
      advance()
      // Other work on the machine is out of sight: what is busy is ours.
      return { busySeconds, capacitySeconds, treeSeconds: busySeconds }
    },
    setWorking: working => {
      advance()
      isWorking = working
    },
    hiddenSeconds: () => hiddenSeconds,
    darkSeconds: () => darkSeconds,
  }
}
