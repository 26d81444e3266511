import type { EpochRecord, Quantity, Tier } from '@epochwatt/core'

const RANK: Record<Tier, number> = { measured: 0, modelled: 1, assumed: 2 }

const worse = (a: Tier, b: Tier): Tier => (RANK[a] >= RANK[b] ? a : b)

/**
 * Sum over epochs, or undefined as soon as one is unknown: a part is not a sum.
 *
 * Bounds add up linearly. What is off in one epoch (a TDP, the calibration of a counter) is off by the same factor
 * in the next, so that adding epochs does not average it away.
 */
export const epochsTotal = (
  epochs: readonly EpochRecord[],
  figure: 'energy_kwh' | 'carbon_g',
): Quantity | undefined => {
  let total: Quantity | undefined
  for (const epoch of epochs) {
    const part = epoch[figure]
    if (!part) return undefined
    total = total
      ? {
          ...total,
          value: total.value + part.value,
          low: total.low + part.low,
          high: total.high + part.high,
          tier: worse(total.tier, part.tier),
        }
      : part
  }
  return total
}

/** Mean of the epochs that ran to their end; undefined where there is none or one is unknown. */
export const meanEpochEnergy = (epochs: readonly EpochRecord[]): Quantity | undefined => {
  const complete = epochs.filter(epoch => epoch.complete)
  const total = epochsTotal(complete, 'energy_kwh')
  return (
    total && {
      ...total,
      value: total.value / complete.length,
      low: total.low / complete.length,
      high: total.high / complete.length,
      method: `Mean of ${complete.length} complete epochs`,
    }
  )
}
