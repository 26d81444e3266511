import type { SensorSpec } from '../sensors/sensor.js'
import { gaugeCurve, type MeanStretch } from './gauge-curve.js'
import type { ReadingSeries } from './reading-series.js'
import { lastIndexAt } from './time-axis.js'

export interface ThinnedGauge {
  readonly means: MeanStretch[]
  /** Places of readings that the means now stand for. */
  readonly spare: ReadonlySet<number>
}

/** Parts of stretches that lie between two instants. */
const clipped = (means: readonly MeanStretch[], from: number, to: number): MeanStretch[] =>
  means
    .filter(mean => mean.to > from && mean.from < to)
    .map(mean => ({ ...mean, from: Math.max(from, mean.from), to: Math.min(to, mean.to) }))

/**
 * Puts means over `stepNs` at most in the place of a gauge's readings before `before`. Energy between readings that
 * are kept stays the same to rounding; gaps stay gaps, and where a window began or ended the readings stay.
 *
 * @param edges Instants at which windows began or ended, ascending.
 */
export const thinGauge = (
  spec: SensorSpec,
  series: Pick<ReadingSeries, 'times' | 'raws'>,
  means: readonly MeanStretch[],
  samplingIntervalMs: number,
  {
    before,
    stepNs,
    edges,
  }: { readonly before: number; readonly stepNs: number; readonly edges: readonly number[] },
): ThinnedGauge => {
  const curve = gaugeCurve(spec, series, samplingIntervalMs, means)
  const hasEdge = (from: number, to: number): boolean => {
    const last = edges[lastIndexAt(edges, to)]
    return last !== undefined && last >= from
  }
  const joules = (from: number, to: number) => curve.between(from, to)
  const thinned: MeanStretch[] = []
  const spare = new Set<number>()
  let mean = 0
  let isOpen = false
  const { times } = series
  for (let place = 1; place < times.length; place++) {
    const [from, to] = [times[place - 1]!, times[place]!]
    if (to <= from) {
      isOpen = false
      continue
    }
    const span = to < before ? joules(from, to) : undefined
    if (!span || span.unobservedSeconds > 0) {
      while (mean < means.length && means[mean]!.to <= from) mean++
      let until = mean
      while (until < means.length && means[until]!.from < to) until++
      thinned.push(...clipped(means.slice(mean, until), from, to))
      isOpen = false
      continue
    }
    const raw = span.joules / ((to - from) / 1e9) / spec.scale
    const open = thinned.at(-1)
    const isEdge = hasEdge(from, to)
    if (isOpen && open && !isEdge && to - open.from <= stepNs) {
      const sum = open.raw * (open.to - open.from) + raw * (to - from)
      thinned[thinned.length - 1] = { from: open.from, to, raw: sum / (to - open.from) }
      spare.add(place - 1)
    } else thinned.push({ from, to, raw })
    isOpen = !isEdge
  }
  thinned.push(...clipped(means, times.at(-1) ?? Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))
  return { means: thinned, spare }
}
