import type { GridIntensity } from '../grid-intensity.js'
import { banded } from '../intensity-bands.js'
import { GridError } from './grid-error.js'
import type { GridPoint, GridProvider } from './grid-provider.js'

/** Nothing that is burnt for power comes near it. */
const MAX_GRAMS_PER_KWH = 1500

/** Points in order of time. What is no number is missing; what cannot be an intensity speaks against all of them. */
export const checkedPoints = (provider: GridProvider, points: readonly GridPoint[]): readonly GridPoint[] => {
  const found = points.filter(
    ({ fromMs, toMs, gramsPerKwh }) =>
      Number.isFinite(fromMs) && Number.isFinite(toMs) && toMs > fromMs && Number.isFinite(gramsPerKwh),
  )
  const wrong = found.find(({ gramsPerKwh }) => gramsPerKwh < 0 || gramsPerKwh > MAX_GRAMS_PER_KWH)
  if (wrong)
    throw new GridError(
      'GRID_REPLY_INVALID',
      `${provider.name} gave ${wrong.gramsPerKwh} g/kWh, which is not between 0 and ${MAX_GRAMS_PER_KWH}; check the unit (lb/MWh × 0.45359237).`,
    )
  return found.toSorted((a, b) => a.fromMs - b.fromMs)
}

/** A point with all that must travel with it into the record. */
export const intensityOf = (
  provider: Pick<GridProvider, 'source' | 'basis' | 'kind'>,
  zone: string,
  point: GridPoint,
): GridIntensity => {
  const { gramsPerKwh, estimated = false } = point
  const { source, basis, kind } = provider
  const stated = basis === 'unknown' ? 'basis not stated' : `${basis} emissions`
  const method = `${kind} intensity of ${zone} as published for each time, ${stated}, ${source}`
  return {
    ...(estimated
      ? banded(gramsPerKwh, 'live-estimated', `${method}, estimated or forecast`)
      : banded(gramsPerKwh, 'live', method)),
    zone,
    source,
    basis,
    kind,
    tier: 'modelled',
    fallback: false,
    ...(estimated && { estimated }),
  }
}
