import type { EnergyWindow, Tracker } from './tracker.js'

const noFigures = { durationSeconds: 0 }

const disabledWindow = (name: string): EnergyWindow => ({
  name,
  logMetrics: () => {},
  end: () => {},
  figures: () => noFigures,
})

/** Tracks nothing and writes nothing: what `disabled: true` and EPOCHWATT_DISABLED=1 give. */
export const disabledTracker = (name: string, project: string): Tracker => ({
  id: 'disabled',
  name,
  project,
  directory: '',
  isStopped: true,
  signal: new AbortController().signal,
  window: disabledWindow,
  logMetrics: () => {},
  setParams: () => {},
  warn: () => {},
  figures: () => noFigures,
  stop: async () => undefined,
  stopNow: () => undefined,
})
