import { electricityCost, type PricedEnergy } from '../footprint/electricity-cost.js'
import { priceStretches } from '../footprint/tariff.js'
import { waterOf } from '../footprint/water.js'
import { multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { CostRecord, RunRecord } from './record.js'
import type { FigureBasis } from './span-figures.js'
import { suppliedEnergy } from './supplied-energy.js'
import type { WallClock } from './wall-clock.js'

/** Prices follow the time of day. */
interface DatedBasis extends FigureBasis {
  readonly wall: WallClock
}

const costRecord = ({ run, analysis, wall }: DatedBasis, end: number): CostRecord | undefined => {
  const tariff = run.footprint?.tariff
  if (!tariff) return undefined
  const priced = wall.awake(end).flatMap(({ from, to, fromMs: beganMs }) => {
    const toRun = (ms: number): number => from + (ms - beganMs) * 1e6
    return priceStretches(tariff, beganMs, beganMs + (to - from) / 1e6).flatMap(
      ({ fromMs, toMs, perKwh }): PricedEnergy[] => {
        const energy = suppliedEnergy(run, analysis, [[toRun(fromMs), toRun(toMs)]]).total
        return energy ? [{ energy, perKwh }] : []
      },
    )
  })
  const [first, ...rest] = priced
  if (!first) return undefined
  const kwh = priced.reduce((sum, { energy }) => sum + energy.value, 0)
  const spent = priced.reduce((sum, { energy, perKwh }) => sum + energy.value * perKwh, 0)
  return {
    currency: tariff.currency,
    electricity: electricityCost([first, ...rest], run.pue, tariff.currency),
    per_kwh: kwh > 0 ? spent / kwh : first.perKwh,
  }
}

const exactly = (value: number) => ({ value, low: value, high: value, tier: 'assumed' }) as const

/** Work before the run whose size is stated. Runs of it that were tracked have records of their own: in no total. */
const preparationOf = (
  factor: number | undefined,
  energy: Quantity | undefined,
  operational: Quantity | undefined,
): RunRecord['preparation'] => {
  if (factor === undefined) return undefined
  const method = `${factor} × that of the run, as stated; in no total`
  return {
    factor,
    ...(energy && { energy_kwh: multiplyQuantity(energy, [exactly(factor)], 'kWh', method) }),
    ...(operational && { carbon_g: multiplyQuantity(operational, [exactly(factor)], 'gCO2e', method) }),
  }
}

/** Lines beside energy and carbon that the user's statements make possible. What was not stated has none. */
export const footprintLines = (
  basis: DatedBasis,
  end: number,
  operational: Quantity | undefined,
): Pick<RunRecord, 'water' | 'cost' | 'preparation' | 'offsets'> => {
  const { run, analysis } = basis
  const { footprint } = run
  if (!footprint) return {}
  const energy = suppliedEnergy(run, analysis, [[0, end]]).total
  const water = energy && waterOf(energy, run.pue, footprint)
  const cost = costRecord(basis, end)
  const preparation = preparationOf(footprint.preparationFactor, energy, operational)
  return {
    ...(water && { water }),
    ...(cost && { cost }),
    ...(preparation && { preparation }),
    ...(footprint.offsetKg !== undefined && { offsets: { stated_kg: footprint.offsetKg } }),
  }
}
