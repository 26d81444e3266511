import { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { scaleQuantity } from '../quantity/scale-quantity.js'
import type { RunRecord } from '../record/record.js'

const waterUnder = ({ water }: RunRecord, factor: number): RunRecord['water'] => {
  if (!water?.electricity_l) return water
  const electricity = scaleQuantity(water.electricity_l, factor)
  return {
    ...water,
    electricity_l: electricity,
    ...(water.site_l && { total_l: addCorrelated([water.site_l, electricity], 'site + electricity') }),
  }
}

const preparationUnder = (
  { preparation }: RunRecord,
  operational: Quantity | undefined,
): RunRecord['preparation'] => {
  if (!preparation) return undefined
  const { carbon_g, factor, ...rest } = preparation
  const exactly = { value: factor, low: factor, high: factor, tier: 'assumed' } as const
  return {
    factor,
    ...rest,
    ...(operational && {
      carbon_g: multiplyQuantity(
        operational,
        [exactly],
        'gCO2e',
        `${factor} × that of the run, as stated; in no total`,
      ),
    }),
  }
}

type Lines = Pick<RunRecord, 'water' | 'cost' | 'preparation'>

/**
 * The lines beside energy and carbon under other assumptions. Water and price are those of a place and a time: they
 * are not carried to others.
 *
 * @param pueFactor New PUE over old.
 */
export const recomputedLines = (
  record: RunRecord,
  operational: Quantity | undefined,
  pueFactor: number,
  isElsewhere: boolean,
): Lines => {
  const { cost } = record
  const preparation = preparationUnder(record, operational)
  const water = isElsewhere ? undefined : waterUnder(record, pueFactor)
  return {
    ...(water && { water }),
    ...(cost &&
      !isElsewhere && { cost: { ...cost, electricity: scaleQuantity(cost.electricity, pueFactor) } }),
    ...(preparation && { preparation }),
  }
}

export const withoutLines = <Given extends Lines>({
  water: _water,
  cost: _cost,
  preparation: _preparation,
  ...rest
}: Given): Omit<Given, keyof Lines> => rest
