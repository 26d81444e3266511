import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/rte-eco2mix.gen.js'
import { requestJson } from '../request-json.js'
import { coveringOnly } from './covering-only.js'

type Reply = components['schemas']['RecordsReply']

const QUARTER_HOUR_MS = 900_000
/** As many rows as one answer may have: 25 hours. */
const MOST_ROWS = 100

const reply = () => {
  const z = zod()
  return z.object({
    results: z.array(z.object({ date_heure: z.string(), taux_co2: z.number().nullish() })),
  })
}

const pointsOf = ({ results }: Reply): GridPoint[] =>
  results.flatMap(({ date_heure, taux_co2 }) => {
    const fromMs = Date.parse(date_heure)
    return typeof taux_co2 === 'number'
      ? [{ fromMs, toMs: fromMs + QUARTER_HOUR_MS, gramsPerKwh: taux_co2 }]
      : []
  })

/**
 * France by quarter hour, without a key: eCO2mix of RTE at Open Data Réseaux Énergies (Licence Ouverte). Direct
 * emissions of the power produced in France.
 */
export const rteEco2mix = (): GridProvider => ({
  name: 'rte-eco2mix',
  source: 'RTE eCO2mix',
  basis: 'direct',
  kind: 'average',
  zoneOf: place => {
    coveringOnly('rte-eco2mix', place, ['FR'])
    const { zone = 'FR' } = place
    if (zone.toUpperCase() !== 'FR')
      throw new OptionError('gridZone', zone, 'for rte-eco2mix "FR" or nothing')
    return 'FR'
  },
  fetch: async (_zone, _from, _to, signal) => {
    const url = new URL(
      'https://odre.opendatasoft.com/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records',
    )
    url.search = String(
      new URLSearchParams({
        select: 'taux_co2,date_heure',
        where: 'taux_co2 is not null',
        order_by: 'date_heure desc',
        limit: String(MOST_ROWS),
      }),
    )
    return pointsOf(await requestJson<Reply>(url, { schema: reply, signal }))
  },
})
