import type { PageActivity } from '../sensors/browser/page-usage.js'

/** Watches the page itself: its visibility and, where browsers report them, its long tasks. */
export interface WatchedPage extends PageActivity {
  close(): void
}

/** Undefined where the browser does not report long tasks, and in workers. */
const watchLongTasks = (): { takeSeconds(): number; close(): void } | undefined => {
  if (typeof PerformanceObserver === 'undefined') return undefined
  if (!PerformanceObserver.supportedEntryTypes?.includes('longtask')) return undefined
  let milliseconds = 0
  const add = (entries: readonly PerformanceEntry[]): void => {
    for (const { duration } of entries) milliseconds += duration
  }
  const observer = new PerformanceObserver(list => add(list.getEntries()))
  observer.observe({ type: 'longtask' })
  return {
    takeSeconds: () => {
      add(observer.takeRecords())
      const seconds = milliseconds / 1000
      milliseconds = 0
      return seconds
    },
    close: () => observer.disconnect(),
  }
}

/** @param onChange Called when the page is hidden or shown again. */
export const watchPage = (onChange: () => void): WatchedPage => {
  const page = typeof document === 'undefined' ? undefined : document
  const tasks = watchLongTasks()
  page?.addEventListener('visibilitychange', onChange)
  return {
    now: () => performance.now(),
    isHidden: () => page?.visibilityState === 'hidden',
    longTaskSeconds: () => tasks?.takeSeconds(),
    close: () => {
      page?.removeEventListener('visibilitychange', onChange)
      tasks?.close()
    },
  }
}
