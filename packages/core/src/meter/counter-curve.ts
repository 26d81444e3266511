import type { SensorSpec } from '../sensors/sensor.js'
import { EnergyCurve } from './energy-curve.js'
import type { ReadingSeries } from './reading-series.js'
import type { CounterStep } from './unwrap.js'
import { unwrapStep } from './unwrap.js'

export interface CounterCurve {
  readonly curve: EnergyCurve
  /** How often each kind of irregular step was seen. */
  readonly irregular: Readonly<Partial<Record<CounterStep, number>>>
}

/** Steps after which the interval's energy is only a lower bound. */
const LOWER_BOUND: ReadonlySet<CounterStep> = new Set(['reset', 'wraps-hidden', 'implausible'])

/**
 * Unwraps a cumulative counter into E(t). A failed read between two good ones loses no energy, the counter kept
 * counting, but the time it left in the dark counts as unobserved.
 */
export const counterCurve = (spec: SensorSpec, series: ReadingSeries): CounterCurve => {
  const curve = new EnergyCurve()
  const irregular: Partial<Record<CounterStep, number>> = {}
  let previousRaw = Number.NaN
  let previousTime = 0
  let darkSince = Number.NaN
  let darkNs = 0
  for (let i = 0; i < series.times.length; i++) {
    const time = series.times[i]!
    const raw = series.raws[i]!
    if (Number.isNaN(raw)) {
      if (!curve.isEmpty) {
        const since = Number.isNaN(darkSince) ? previousTime : darkSince
        darkNs += time - since
        darkSince = time
      }
      continue
    }
    if (curve.isEmpty) {
      curve.start(time)
    } else {
      const elapsedNs = time - previousTime
      const { step, advance, raw: comparable } = unwrapStep(spec, previousRaw, raw, elapsedNs / 1e9)
      if (step !== 'advance' && step !== 'reordered') irregular[step] = (irregular[step] ?? 0) + 1
      const seen = LOWER_BOUND.has(step) || elapsedNs <= 0 ? 0 : 1 - darkNs / elapsedNs
      curve.extend(time, advance * spec.scale, seen)
      previousRaw = comparable
      previousTime = time
      darkNs = 0
      darkSince = Number.NaN
      continue
    }
    previousRaw = raw
    previousTime = time
  }
  return { curve, irregular }
}
