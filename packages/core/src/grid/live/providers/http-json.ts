import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import type { GridBasis, GridKind } from '../../grid-intensity.js'
import { GridError } from '../grid-error.js'
import type { GridProvider } from '../grid-provider.js'
import { gramsPerKwhFrom, INTENSITY_UNITS, type IntensityUnit } from '../intensity-units.js'
import { requestJson } from '../request-json.js'

/** Where a JSON document has the intensity of now, and what it means. */
export interface HttpJsonGridOptions {
  /** Names the provider in warnings and in its cache; one name an address. */
  readonly name: string
  /** Address of a JSON document with the intensity of now. */
  readonly url: string
  /** Where the number is: keys and list places with dots, e.g. `data.0.intensity`. */
  readonly path: string
  readonly unit: IntensityUnit
  /** The zone that the figure is of, for the record. */
  readonly zone: string
  /** The publisher, for the record. Default: the host. */
  readonly source?: string
  /** Default `unknown`. */
  readonly basis?: GridBasis
  /** Default `average`. Any other kind stands beside the totals. */
  readonly kind?: GridKind
  /** Length of the stretches of the clock that one figure stands for, minutes. Default 15. */
  readonly validMinutes?: number
  /** Sent with the request, e.g. a key; written nowhere. */
  readonly headers?: Readonly<Record<string, string>>
}

const valueAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Record<string, unknown>)[key]
  }, document)

/** Some interfaces write numbers as text. */
const numberOf = (value: unknown): number =>
  typeof value === 'string' && value.trim() !== ''
    ? Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN

/**
 * Any JSON document over HTTP that holds the intensity of now: a meter in the building, a gateway in the company, a
 * proxy that keeps a key.
 *
 * @throws OptionError for an address, unit or time that cannot be.
 *
 * @example
 * ```ts
 * const grid = httpJsonGrid({
 *   name: 'hall-7',
 *   url: 'http://meter.local/now',
 *   path: 'grid.co2.0.value',
 *   unit: 'kg/MWh',
 *   zone: 'hall-7',
 * })
 * startTracking({ grid })
 * ```
 */
export const httpJsonGrid = (options: HttpJsonGridOptions): GridProvider => {
  const { name, path, unit, zone, basis = 'unknown', kind = 'average', validMinutes = 15, headers } = options
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new OptionError(
      'url',
      options.url,
      'an address with http or https, and no name or password in it: those go into headers',
    )
  if (!INTENSITY_UNITS.includes(unit)) throw new OptionError('unit', unit, INTENSITY_UNITS.join(', '))
  if (!(validMinutes > 0)) throw new OptionError('validMinutes', validMinutes, 'minutes above 0')
  return {
    name,
    source: options.source ?? url.host,
    basis,
    kind,
    zoneOf: () => zone,
    fetch: async (_zone, _from, to, signal) => {
      const document = await requestJson(url, {
        schema: () => zod().unknown(),
        signal,
        ...(headers && { headers }),
      })
      const value = numberOf(valueAt(document, path))
      if (Number.isNaN(value))
        throw new GridError('GRID_REPLY_INVALID', `${url.host}${url.pathname} has no number at ${path}.`)
      const validMs = validMinutes * 60_000
      const fromMs = Math.floor(to.getTime() / validMs) * validMs
      return [{ fromMs, toMs: fromMs + validMs, gramsPerKwh: gramsPerKwhFrom(value, unit) }]
    },
  }
}
