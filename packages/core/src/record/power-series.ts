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

/** Attributed power of the run between consecutive readings of its sensors. */
export const powerStretches = (analysis: Analysis): Stretch[] => {
  const axis = [...new Set(analysis.curves.flatMap(curve => curve.times))].sort((a, b) => a - b)
  const stretches: Stretch[] = []
  let from = axis[0] ?? 0
  for (const [index, to] of axis.entries()) {
    const last = index === axis.length - 1
    if (to - from < SHORTEST_NS && !last) continue
    if (to <= from) continue
    let joules = 0
    for (const curve of analysis.curves) {
      const span = curve.between(from, to)
      joules += span.dynamic + span.static
    }
    stretches.push({ from, to, watts: joules / ((to - from) / 1e9) })
    from = to
  }
  return stretches
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

/** Highest power of any stretch that lies at least half inside a window. */
export const peakWatts = (stretches: readonly Stretch[], from: number, to: number): number | undefined => {
  let peak: number | undefined
  for (const stretch of stretches) {
    const inside = Math.min(stretch.to, to) - Math.max(stretch.from, from)
    if (inside * 2 >= stretch.to - stretch.from) peak = Math.max(peak ?? 0, stretch.watts)
  }
  return peak
}
