import { type SupplyLosses, supplyLosses } from '../footprint/supply-losses.js'
import type { RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import { addCorrelated } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { totalEnergy } from './span-energy.js'

/** Watts at the wall: read there, or modelled from results that were. */
const isAtWall = ({ domain, kind, covers }: SensorSpec): boolean =>
  domain === 'wall' || (kind === 'model' && covers.includes('other'))

const lossesOf = (
  { footprint }: RunEntry,
  analysis: Analysis,
  spans: readonly Span[],
): SupplyLosses | undefined => {
  if (footprint?.psuEfficiency === undefined && footprint?.boardShare === undefined) return undefined
  const behind = analysis.curves.filter(({ spec }) => !isAtWall(spec))
  return supplyLosses({
    ...footprint,
    atParts: totalEnergy({ ...analysis, curves: behind }, spans),
    boardIsSeen: analysis.curves.some(({ spec }) => spec.covers.includes('other')),
  })
}

export interface SuppliedEnergy {
  /** What the parts used and what was lost on the way to them; IT energy where no losses are counted. */
  readonly total?: Quantity
  /** Absent where nothing was said of them. */
  readonly losses?: SupplyLosses
}

/**
 * Energy that spans of a run drew from the building, kWh, without PUE.
 *
 * @param total Of the same spans, where it is known.
 */
export const suppliedEnergy = (
  run: RunEntry,
  analysis: Analysis,
  spans: readonly Span[],
  total = totalEnergy(analysis, spans),
): SuppliedEnergy => {
  const losses = lossesOf(run, analysis, spans)
  const lost = [losses?.board_kwh, losses?.psu_kwh].filter(loss => loss !== undefined)
  const known = losses && { losses }
  if (!total || lost.length === 0) return { ...(total && { total }), ...known }
  return {
    total: addCorrelated([total, ...lost], 'energy of the parts + losses on the way to them'),
    ...known,
  }
}
