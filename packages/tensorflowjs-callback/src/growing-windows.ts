import type { EnergyWindow, Tracker } from '@epochwatt/core'

/** No window is shorter than this, nor than this share of the time so far. */
const SHORTEST_MS = 10_000
const SHARE = 0.01

/**
 * Windows of a run that has no parts of its own. They grow with the run, by one percent each, so that three days make
 * about 700 and every later day but a few more.
 */
export interface GrowingWindows {
  /** Before a piece of work. */
  begin(): void
  /** After it. Where the window has become long enough it is closed, and what it measured is logged to it. */
  end(metrics: () => Readonly<Record<string, number>>): void
  close(metrics: () => Readonly<Record<string, number>>): void
}

export const growingWindows = (
  tracker: Tracker,
  name: string,
  now: () => number = () => performance.now(),
): GrowingWindows => {
  const start = now()
  let open: { readonly window: EnergyWindow; readonly due: number } | undefined
  const close: GrowingWindows['close'] = metrics => {
    if (!open) return
    open.window.end()
    open.window.logMetrics(metrics())
    open = undefined
  }
  return {
    begin: () => {
      open ??= { window: tracker.window(name), due: now() + Math.max(SHORTEST_MS, (now() - start) * SHARE) }
    },
    end: metrics => {
      if (open && now() >= open.due) close(metrics)
    },
    close,
  }
}
