import { residualRows } from '../data/grid-residuals.js'
import type { GridIntensity, GridKind } from './grid-intensity.js'
import { banded } from './intensity-bands.js'
import type { Location } from './location.js'
import { sourceLabel } from './source-labels.js'

/** Kinds of intensity that answer other questions than what the used power was made of. They stand beside totals. */
export const OTHER_KINDS: readonly GridKind[] = ['marginal', 'residual', 'contract']

/** What the user states of the other kinds, gCO2e/kWh. */
export interface StatedIntensities {
  /** Of the supplier's contract or certificates: the market-based method of the GHG Protocol, scope 2. */
  readonly marketIntensity?: number
  /** What one more kilowatt-hour causes. */
  readonly marginalIntensity?: number
}

const statedIntensity = (
  gramsPerKwh: number,
  kind: 'contract' | 'marginal',
  { region, country }: Location,
): GridIntensity => {
  const what = kind === 'contract' ? "intensity of the supplier's contract" : 'marginal intensity'
  return {
    ...banded(gramsPerKwh, 'given', `${what}, given by the user`),
    zone: region ?? country ?? 'given',
    source: 'given by the user',
    basis: 'unknown',
    kind,
    tier: 'modelled',
    fallback: false,
  }
}

const residualOf = ({ country }: Location): readonly GridIntensity[] => {
  const row = residualRows().find(candidate => candidate.country === country)
  if (!row) return []
  const { gramsPerKwh, year, basis } = row
  const source = sourceLabel(row.source)
  const what = `residual mix ${year} of ${row.country}: power that no certificate claims`
  return [
    {
      ...banded(gramsPerKwh, 'country', `${what}, ${basis} emissions, ${source}`),
      zone: row.country,
      source,
      basis,
      kind: 'residual',
      year,
      tier: 'modelled',
      fallback: false,
    },
  ]
}

/** All that is known of other kinds at a place: what its user states, and the residual mix of its country. */
export const otherIntensities = (
  location: Location,
  { marketIntensity, marginalIntensity }: StatedIntensities = {},
): readonly GridIntensity[] => [
  ...(marginalIntensity === undefined ? [] : [statedIntensity(marginalIntensity, 'marginal', location)]),
  ...residualOf(location),
  ...(marketIntensity === undefined ? [] : [statedIntensity(marketIntensity, 'contract', location)]),
]
