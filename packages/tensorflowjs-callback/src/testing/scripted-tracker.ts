import type { Attributes, EnergyWindow, Quantity, StopOutcome, Tracker, WindowFigures } from '@epochwatt/core'

interface ScriptedWindow {
  readonly name: string
  readonly attributes: Attributes
  readonly metrics: Record<string, number>
  ended: boolean
  /** Edges given in hindsight, instants of `performance.now()`. */
  startedAt?: number
  endedAt?: number
}

/** A tracker that measures what it is told, and remembers what it was asked. */
export interface ScriptedTracker extends Tracker {
  readonly windows: ScriptedWindow[]
  /** What happened, in order: `begin epoch 0`, `end epoch 0`. */
  readonly events: string[]
  readonly params: Record<string, string | number | boolean>
  readonly metrics: Record<string, number>
  readonly warnings: string[]
  readonly stops: StopOutcome[]
  isStopped: boolean
  signal: AbortSignal
}

const quantity = (value: number, unit: string): Quantity => ({
  value,
  low: value * 0.9,
  high: value * 1.1,
  unit,
  tier: 'modelled',
  method: 'scripted',
})

export const figuresOf = (kwh: number, seconds = 1): WindowFigures => ({
  energyKwh: quantity(kwh, 'kWh'),
  carbonGrams: quantity(kwh * 100, 'gCO2e'),
  meanPowerWatts: (kwh * 3.6e6) / seconds,
  peakPowerWatts: (kwh * 3.6e6) / seconds,
  durationSeconds: seconds,
})

/**
 * @param figures Of the n-th epoch (from 0); may throw. Other windows get the same of their own count.
 * @param total Of the run so far, by how many epochs have ended.
 */
export const scriptedTracker = (
  figures: (count: number) => WindowFigures = () => figuresOf(0.001),
  total: (epochs: number) => WindowFigures = epochs =>
    figuresOf(0.001 * Math.max(1, epochs), Math.max(1, epochs)),
): ScriptedTracker => {
  const counts = new Map<string, number>()
  let epochsEnded = 0
  const tracker: ScriptedTracker = {
    id: 'scripted',
    name: 'scripted',
    project: 'tests',
    directory: 'scripted',
    isStopped: false,
    signal: new AbortController().signal,
    windows: [],
    events: [],
    params: {},
    metrics: {},
    warnings: [],
    stops: [],
    window: (name, attributes = {}, { startedAt } = {}): EnergyWindow => {
      const count = counts.get(name) ?? 0
      counts.set(name, count + 1)
      const window: ScriptedWindow = {
        name,
        attributes,
        metrics: {},
        ended: false,
        ...(startedAt !== undefined && { startedAt }),
      }
      tracker.windows.push(window)
      const label = attributes.index === undefined ? name : `${name} ${attributes.index}`
      tracker.events.push(`begin ${label}`)
      return {
        name,
        logMetrics: values => {
          Object.assign(window.metrics, values)
        },
        end: ({ endedAt } = {}) => {
          if (window.ended) return
          window.ended = true
          if (endedAt !== undefined) window.endedAt = endedAt
          if (name === 'epoch') epochsEnded++
          tracker.events.push(`end ${label}`)
        },
        figures: () => figures(count),
      }
    },
    logMetrics: values => {
      Object.assign(tracker.metrics, values)
    },
    setParams: params => {
      Object.assign(tracker.params, params)
    },
    warn: (code, message) => {
      tracker.warnings.push(`${code}: ${message}`)
    },
    figures: () => total(epochsEnded),
    stop: async (outcome = {}) => {
      tracker.stops.push(outcome)
      tracker.isStopped = true
      return undefined
    },
    stopNow: outcome => {
      tracker.stops.push(outcome)
      tracker.isStopped = true
      return undefined
    },
  }
  return tracker
}
