import type { Analysis } from '../meter/meter.js'
import { lastIndexAt } from '../meter/time-axis.js'
import type { RunRecord } from './record.js'

/** Enough for a chart as wide as a screen; keeps a record of a week as small as that of a minute. */
const MOST_POINTS = 600

/** Shorter stretches than this show the counter's refresh, not the machine's power. */
const SHORTEST_NS = 50e6

/** Attributed power of the run between consecutive readings of its sensors. */
export interface PowerCourse {
  /** Instants of the readings, ascending: one more than there are stretches between them. */
  readonly edges: Float64Array
  /** Mean power of the stretch that begins at the edge of the same place. */
  readonly watts: Float64Array
}

/** When any sensor was read, ascending, without those that follow another one at once. */
const edgesOf = ({ curves }: Analysis): Float64Array => {
  const edges = new Float64Array(curves.reduce((count, { times }) => count + times.length, 0))
  const places = curves.map(() => 0)
  let count = 0
  let before = Number.NEGATIVE_INFINITY
  for (let left = edges.length; left > 0; left--) {
    let earliest = -1
    // Plain loops: a week has millions of readings.
    for (let index = 0; index < curves.length; index++) {
      const time = curves[index]!.times[places[index]!]
      if (time === undefined) continue
      if (earliest < 0 || time < curves[earliest]!.times[places[earliest]!]!) earliest = index
    }
    const at = curves[earliest]!.times[places[earliest]!]!
    places[earliest]!++
    if (at - before < SHORTEST_NS && !(left === 1 && at > before)) continue
    edges[count++] = at
    before = at
  }
  return edges.subarray(0, count)
}

export const powerCourse = (analysis: Analysis): PowerCourse => {
  const edges = edgesOf(analysis)
  const sums = analysis.curves.map(curve => curve.attributedAt(edges))
  const watts = new Float64Array(Math.max(0, edges.length - 1))
  for (let index = 0; index < watts.length; index++) {
    let joules = 0
    for (const sum of sums) joules = joules + sum[index + 1]! - sum[index]!
    watts[index] = joules / ((edges[index + 1]! - edges[index]!) / 1e9)
  }
  return { edges, watts }
}

/** Mean, lowest and highest power in at most 600 equal steps. Extremes of what is merged are kept. */
export const powerSeries = ({ edges, watts }: PowerCourse): RunRecord['power'] => {
  const series = { t_s: [] as number[], mean_w: [] as number[], min_w: [] as number[], max_w: [] as number[] }
  const group = Math.max(1, Math.ceil(watts.length / MOST_POINTS))
  for (let start = 0; start < watts.length; start += group) {
    const end = Math.min(watts.length, start + group)
    const [from, to] = [edges[start]!, edges[end]!]
    let [joules, lowest, highest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let index = start; index < end; index++) {
      joules += watts[index]! * (edges[index + 1]! - edges[index]!)
      lowest = Math.min(lowest, watts[index]!)
      highest = Math.max(highest, watts[index]!)
    }
    series.t_s.push((from + to) / 2e9)
    series.mean_w.push(joules / (to - from))
    series.min_w.push(lowest)
    series.max_w.push(highest)
  }
  return series
}

/** Highest power of any stretch that lies at least half inside a window. */
export const peakWatts = ({ edges, watts }: PowerCourse, from: number, to: number): number | undefined => {
  let peak: number | undefined
  for (let at = Math.max(0, lastIndexAt(edges, from)); at < watts.length && edges[at]! < to; at++) {
    const [began, ended] = [edges[at]!, edges[at + 1]!]
    const inside = Math.min(ended, to) - Math.max(began, from)
    if (inside * 2 >= ended - began) peak = Math.max(peak ?? 0, watts[at]!)
  }
  return peak
}
