import type {
  BeginEntry,
  ClockEntry,
  HardwareEntry,
  JournalEntry,
  MetricsEntry,
  RunEntry,
  StopEntry,
  WarningEntry,
} from '../journal/entry.js'

/** A window as the journal tells it. `to` is absent while it is open, or when the run ended inside it. */
export interface WindowSpan {
  readonly begin: BeginEntry
  readonly from: number
  readonly to?: number
  readonly metrics: Readonly<Record<string, number>>
}

/** Everything in a journal that is not a reading. */
export interface RunTimeline {
  readonly windows: readonly WindowSpan[]
  readonly metrics: Readonly<Record<string, number>>
  readonly params: RunEntry['params']
  readonly warnings: readonly Pick<WarningEntry, 'code' | 'message'>[]
  readonly hardware: HardwareEntry['hardware']
  readonly stop?: StopEntry
  /** Sleeps of the machine and changes of its clock, in the order of time. */
  readonly clocks: readonly ClockEntry[]
  /** Time of the last entry. */
  readonly end: number
}

const finiteOnly = (values: MetricsEntry['values']): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)))

/** A damaged entry may put an edge after the run's end, or the end of a window before its beginning. */
const within = (window: WindowSpan, end: number): WindowSpan => {
  const from = Math.min(window.from, end)
  return { ...window, from, ...(window.to !== undefined && { to: Math.max(from, Math.min(window.to, end)) }) }
}

/**
 * Sorts out windows, metrics and notes from the entries of one run.
 *
 * @param entries Those that are no readings.
 * @param lastReading Time of the last reading.
 */
export const runTimeline = (
  run: RunEntry,
  entries: readonly JournalEntry[],
  lastReading: number,
): RunTimeline => {
  const windows = new Map<
    number,
    { begin: BeginEntry; from: number; to?: number; metrics: Record<string, number> }
  >()
  const metrics: Record<string, number> = {}
  const params: Record<string, string | number | boolean> = { ...run.params }
  const warnings: Pick<WarningEntry, 'code' | 'message'>[] = []
  let hardware: HardwareEntry['hardware'] = {}
  let stop: StopEntry | undefined
  const clocks: ClockEntry[] = []
  let end = lastReading
  for (const entry of entries) {
    // What is written about a run after its last instant (its hardware, say) does not make it longer.
    if (entry.type !== 'hardware') end = Math.max(end, entry.t)
    switch (entry.type) {
      case 'begin':
        windows.set(entry.window, { begin: entry, from: entry.t, metrics: {} })
        break
      case 'end': {
        const window = windows.get(entry.window)
        if (window) window.to = entry.t
        break
      }
      case 'metrics': {
        const target = entry.window === undefined ? metrics : windows.get(entry.window)?.metrics
        if (target) Object.assign(target, finiteOnly(entry.values))
        break
      }
      case 'params':
        Object.assign(params, entry.params)
        break
      case 'warning':
        // Every fit of a loop may warn of the same: one line is enough.
        if (!warnings.some(({ message }) => message === entry.message)) {
          warnings.push({ code: entry.code, message: entry.message })
        }
        break
      case 'hardware':
        hardware = entry.hardware
        break
      case 'stop':
        stop ??= entry
        break
      case 'clock':
        clocks.push(entry)
        break
    }
  }
  const ranTo = stop?.t ?? end
  return {
    windows: [...windows.values()].map(window => within(window, ranTo)),
    metrics,
    params,
    warnings,
    hardware,
    ...(stop && { stop }),
    clocks: stop ? clocks.filter(({ t }) => t <= stop.t) : clocks,
    end: ranTo,
  }
}
