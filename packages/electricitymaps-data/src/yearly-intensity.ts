import { type GridIntensity, OptionError } from '@epochwatt/core'
import { type ZoneRow, zoneRows, zonesOf } from './zones.js'

/** One sigma 1.3 for a zone's year taken for some hour of it, raised to 90 %. */
const FACTOR = 1.3 ** 1.645

const named = (zone: string): ZoneRow => {
  const row = zoneRows().find(candidate => candidate.zone === zone.trim().toUpperCase())
  if (row) return row
  const inside = zonesOf(zone.trim().slice(0, 2)).map(candidate => candidate.zone)
  const hint = inside.length > 0 ? `; of that country: ${inside.join(', ')}` : ''
  throw new OptionError('zone', zone, `a zone of Electricity Maps, e.g. "DE" or "US-CAL-CISO"${hint}`)
}

/**
 * Yearly average intensity of a zone, for the option `gridIntensity`: lifecycle, flow-traced consumption.
 *
 * @param year 2021 to 2025. Default: the latest with a figure.
 * @throws OptionError for a zone or year that is not there.
 *
 * @example
 * ```ts
 * startTracking({ country: 'DE', gridIntensity: yearlyIntensity('DE') })
 * ```
 */
export const yearlyIntensity = (zone: string, year?: number): GridIntensity => {
  const row = named(zone)
  const years = [...row.gramsPerKwh.keys()]
  const chosen = year ?? Math.max(...years)
  const gramsPerKwh = row.gramsPerKwh.get(chosen)
  if (gramsPerKwh === undefined) throw new OptionError('year', year, years.join(', '))
  return {
    gramsPerKwh,
    low: gramsPerKwh / FACTOR,
    high: gramsPerKwh * FACTOR,
    zone: row.zone,
    source: 'Electricity Maps, yearly data (ODbL 1.0)',
    basis: 'lifecycle',
    kind: 'average',
    year: chosen,
    tier: 'modelled',
    fallback: false,
    method: `yearly average ${chosen} of ${row.name}, lifecycle emissions of consumption, Electricity Maps; 90 % interval ×/÷ ${FACTOR.toFixed(2)}`,
  }
}
