import type { ExportedRun, RunEvent, RunExporter } from './exporter.js'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/** What became of an exporter by the end of a run. */
export interface ExportOutcome {
  readonly name: string
  readonly delivered: number
  readonly waiting: number
  readonly error?: string
}

export interface ExportScheduler {
  push(event: RunEvent): void
  /** Tries to deliver what is left, flushes and shuts down; returns after `timeoutMs` at the latest. Never rejects. */
  finish(timeoutMs: number): Promise<ExportOutcome[]>
}

interface Lane {
  readonly exporter: RunExporter
  cursor: number
  started: boolean
  busy: boolean
  waitMs: number
  timer: NodeJS.Timeout | undefined
  error: string | undefined
}

const deadline = async <T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  try {
    return await Promise.race([work, patience])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Delivers a run's events to every exporter, each with its own cursor: one that is down or slow holds up nobody.
 * At least once, in order, with growing waits between failed attempts.
 */
export const startExports = (exporters: readonly RunExporter[], run: ExportedRun): ExportScheduler => {
  const events: RunEvent[] = []
  const lanes: Lane[] = exporters.map(exporter => ({
    exporter,
    cursor: 0,
    started: false,
    busy: false,
    waitMs: FIRST_WAIT_MS,
    timer: undefined,
    error: undefined,
  }))

  const attempt = async (lane: Lane): Promise<void> => {
    if (!lane.started) {
      await lane.exporter.start?.(run)
      lane.started = true
    }
    while (lane.cursor < events.length) {
      const batch = events.slice(lane.cursor)
      await lane.exporter.export(batch)
      lane.cursor += batch.length
    }
    lane.waitMs = FIRST_WAIT_MS
    lane.error = undefined
  }

  const drain = async (lane: Lane): Promise<void> => {
    if (lane.busy) return
    lane.busy = true
    clearTimeout(lane.timer)
    try {
      await attempt(lane)
    } catch (error) {
      lane.error = error instanceof Error ? error.message : String(error)
      lane.timer = setTimeout(() => void drain(lane), lane.waitMs)
      lane.timer.unref()
      lane.waitMs = Math.min(LONGEST_WAIT_MS, lane.waitMs * 2)
    } finally {
      lane.busy = false
    }
  }

  const close = async (lane: Lane): Promise<void> => {
    // An attempt under way is waited for rather than doubled.
    while (lane.busy) await new Promise(resolve => setTimeout(resolve, 10))
    await drain(lane)
    clearTimeout(lane.timer)
    if (lane.error !== undefined) return
    try {
      await lane.exporter.forceFlush()
    } catch (error) {
      lane.error = error instanceof Error ? error.message : String(error)
    }
  }

  const shutDown = async (lane: Lane): Promise<void> => {
    try {
      await lane.exporter.shutdown()
    } catch (error) {
      lane.error ??= error instanceof Error ? error.message : String(error)
    }
  }

  for (const lane of lanes) void drain(lane)
  return {
    push: event => {
      events.push(event)
      for (const lane of lanes) void drain(lane)
    },
    finish: async timeoutMs => {
      await deadline(Promise.all(lanes.map(close)), timeoutMs)
      await deadline(Promise.all(lanes.map(shutDown)), timeoutMs)
      return lanes.map(lane => {
        clearTimeout(lane.timer)
        const waiting = events.length - lane.cursor
        const error = lane.error ?? (waiting > 0 ? `no answer within ${timeoutMs} ms` : undefined)
        return {
          name: lane.exporter.name,
          delivered: lane.cursor,
          waiting,
          ...(error !== undefined && { error }),
        }
      })
    },
  }
}
