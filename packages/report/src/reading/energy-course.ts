import type { RunRecord } from '@epochwatt/core'

export interface CoursePoint {
  /** Seconds since the run began. */
  readonly t: number
  /** Energy until then. */
  readonly kwh: number
}

/** Ends of the steps whose middles a record holds: halfway between neighbours, and the run's own end. */
const stepEnds = (middles: readonly number[], end: number): readonly number[] =>
  middles.map((t, i) => (i === middles.length - 1 ? end : (t + middles[i + 1]!) / 2))

const fromPower = (record: RunRecord, total: number): readonly CoursePoint[] => {
  const { t_s, mean_w } = record.power
  const ends = stepEnds(t_s, record.duration_s)
  const joules: number[] = []
  let sum = 0
  for (const [i, to] of ends.entries()) {
    sum += Math.max(0, mean_w[i] ?? 0) * Math.max(0, to - (ends[i - 1] ?? 0))
    joules.push(sum)
  }
  return sum > 0 ? ends.map((t, i) => ({ t, kwh: (joules[i]! / sum) * total })) : []
}

const fromEpochs = (record: RunRecord, total: number): readonly CoursePoint[] => {
  let kwh = 0
  const points: CoursePoint[] = []
  for (const epoch of record.epochs) {
    if (!epoch.energy_kwh) return []
    kwh += epoch.energy_kwh.value
    points.push({ t: epoch.ended_s, kwh })
  }
  return points.length > 0 ? [...points, { t: record.duration_s, kwh: total }] : []
}

/**
 * Energy of a run until each moment, from nothing to its total: its power added up, or its epochs where a tool recorded
 * no power. Empty where neither is known.
 */
export const energyCourse = (record: RunRecord): readonly CoursePoint[] => {
  const total = record.energy.total_kwh?.value
  if (total === undefined) return []
  const points = record.power.t_s.length > 1 ? fromPower(record, total) : fromEpochs(record, total)
  return points.length > 0 ? [{ t: 0, kwh: 0 }, ...points] : []
}
