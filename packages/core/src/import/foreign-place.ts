import { findCloudRegion } from '../data/cloud-regions.js'
import { regionRows } from '../data/grid-regions.js'
import { findCountry } from '../grid/find-country.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { bandFactor } from '../grid/intensity-bands.js'
import type { Location } from '../grid/location.js'
import { resolveGridIntensity } from '../grid/static-grid.js'

/** How far a foreign tool's intensity may be off: that of a country, since no file says more. */
const FACTOR = bandFactor('country')

export interface ForeignPlace {
  readonly country?: string | undefined
  readonly region?: string | undefined
  readonly provider?: string | undefined
  readonly cloudRegion?: string | undefined
}

/**
 * A place as another tool writes it, in our spelling. What the tables do not know is left out, not guessed.
 *
 * @example
 * ```ts
 * foreignLocation({ country: 'Germany' }).country // 'DE'
 * ```
 */
export const foreignLocation = ({ country, region, provider, cloudRegion }: ForeignPlace): Location => {
  const iso2 = country === undefined ? undefined : findCountry(country)
  const state = region?.trim().toUpperCase()
  const row = regionRows().find(
    ({ code, name, country: of }) =>
      of === iso2 && (code === state || code === `${iso2}-${state}` || name.toUpperCase() === state),
  )
  const cloud = provider?.trim().toLowerCase()
  const known = cloud && cloudRegion ? findCloudRegion(cloud, cloudRegion.trim().toLowerCase()) : undefined
  return {
    ...(iso2 && { country: iso2 }),
    ...(row && { region: row.code }),
    ...(known && { provider: known.provider, cloudRegion: known.region }),
    how: iso2 || known ? 'import' : 'unknown',
  }
}

/**
 * The intensity that another tool computed with, from its own carbon and energy. Where it did not leave both, our
 * tables' figure of the place.
 *
 * @example
 * ```ts
 * foreignGrid('CodeCarbon', 56, foreignLocation({ country: 'FRA' }), { fallback: false, note: 'carbon ÷ energy' })
 * ```
 */
export const foreignGrid = (
  tool: string,
  gramsPerKwh: number | undefined,
  location: Location,
  { fallback, note }: { readonly fallback: boolean; readonly note: string },
): GridIntensity => {
  if (gramsPerKwh === undefined) return resolveGridIntensity({ location })
  const world = fallback ? resolveGridIntensity({ location: { how: 'unknown' } }) : undefined
  const span = world ? 'the interval holds 90 % of all countries' : `90 % interval ×/÷ ${FACTOR.toFixed(2)}`
  return {
    gramsPerKwh,
    low: Math.min(gramsPerKwh, world?.low ?? gramsPerKwh / FACTOR),
    high: Math.max(gramsPerKwh, world?.high ?? gramsPerKwh * FACTOR),
    zone: location.region ?? location.country ?? (fallback ? 'WORLD' : 'unknown'),
    source: tool,
    basis: 'unknown',
    kind: 'average',
    tier: fallback ? 'assumed' : 'modelled',
    fallback,
    method: `${tool}'s figure, ${note}; ${span}`,
  }
}
