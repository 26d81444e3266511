import type { Analysis } from '../meter/meter.js'
import type { RunRecord } from './record.js'

/** Enough for a chart as wide as a screen; keeps a record of a week as small as that of a minute. */
const MOST_POINTS = 600

/** Shorter stretches than this show the counter's refresh, not the machine's power. */
const SHORTEST_NS = 50e6

interface Stretch {
  readonly from: number
  readonly to: number
  readonly watts: number
}

/** When any sensor was read, ascending. */
const timesOf = ({ curves }: Analysis): Float64Array => {
  const times = new Float64Array(curves.reduce((count, curve) => count + curve.times.length, 0))
  let place = 0
  for (const curve of curves) {
    times.set(curve.times, place)
    place += curve.times.length
  }
  return times.sort()
}

/** Attributed power of the run between consecutive readings of its sensors. */
export const powerStretches = (analysis: Analysis): Stretch[] => {
  const readings = timesOf(analysis)
  const edges: number[] = []
  let before = Number.NEGATIVE_INFINITY
  // Plain loops: a week has a million readings.
  for (let index = 0; index < readings.length; index++) {
    const at = readings[index]!
    if (at - before < SHORTEST_NS && !(index === readings.length - 1 && at > before)) continue
    edges.push(at)
    before = at
  }
  const sums = analysis.curves.map(curve => curve.attributedAt(edges))
  return edges.slice(1).map((to, index) => {
    const from = edges[index]!
    const joules = sums.reduce((total, sum) => total + sum[index + 1]! - sum[index]!, 0)
    return { from, to, watts: joules / ((to - from) / 1e9) }
  })
}

/** Mean, lowest and highest power in at most 600 equal steps. Extremes of what is merged are kept. */
export const powerSeries = (stretches: readonly Stretch[]): RunRecord['power'] => {
  const series = { t_s: [] as number[], mean_w: [] as number[], min_w: [] as number[], max_w: [] as number[] }
  const group = Math.max(1, Math.ceil(stretches.length / MOST_POINTS))
  for (let start = 0; start < stretches.length; start += group) {
    const merged = stretches.slice(start, start + group)
    const from = merged[0]!.from
    const to = merged.at(-1)!.to
    const joules = merged.reduce((sum, { from: a, to: b, watts }) => sum + watts * (b - a), 0)
    series.t_s.push((from + to) / 2e9)
    series.mean_w.push(joules / (to - from))
    series.min_w.push(Math.min(...merged.map(({ watts }) => watts)))
    series.max_w.push(Math.max(...merged.map(({ watts }) => watts)))
  }
  return series
}

/** Place of the first stretch that ends after an instant; stretches follow each other. */
const firstAfter = (stretches: readonly Stretch[], instant: number): number => {
  let [low, high] = [0, stretches.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (stretches[middle]!.to <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** Highest power of any stretch that lies at least half inside a window. */
export const peakWatts = (stretches: readonly Stretch[], from: number, to: number): number | undefined => {
  let peak: number | undefined
  for (let at = firstAfter(stretches, from); at < stretches.length && stretches[at]!.from < to; at++) {
    const stretch = stretches[at]!
    const inside = Math.min(stretch.to, to) - Math.max(stretch.from, from)
    if (inside * 2 >= stretch.to - stretch.from) peak = Math.max(peak ?? 0, stretch.watts)
  }
  return peak
}
