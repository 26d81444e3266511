import { OptionError } from '../../../errors.js'
import { zod } from '../../../lazy-zod.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import type { components } from '../openapi/rte-eco2mix.gen.js'
import { requestJson } from '../request-json.js'
import { coveringOnly } from './covering-only.js'

type Reply = components['schemas']['RecordsReply']
type Rows = components['schemas']['Rows']

const DATASETS = 'https://odre.opendatasoft.com/api/explore/v2.1/catalog/datasets/'
const REAL_TIME = 'eco2mix-national-tr'
/** From 2012 on; figures come in as RTE confirms them, months later. */
const CONSOLIDATED = 'eco2mix-national-cons-def'

const QUARTER_HOUR_MS = 900_000
const HALF_HOUR_MS = 2 * QUARTER_HOUR_MS
const HOUR_MS = 2 * HALF_HOUR_MS
/** As many rows as one answer may have: 25 hours. */
const MOST_ROWS = 100
/** Runs ask for a day; what lies before is asked for otherwise. */
const LATEST_MS = 24.5 * HOUR_MS

const rows = () => {
  const z = zod()
  return z.array(z.object({ date_heure: z.string(), taux_co2: z.number().nullish() }))
}
const reply = () => zod().object({ results: rows() })

interface Figure {
  readonly fromMs: number
  readonly gramsPerKwh: number
}

const timeOf = (text: string): number => {
  const fromMs = Date.parse(text)
  if (Number.isNaN(fromMs))
    throw new GridError(
      'GRID_REPLY_INVALID',
      'RTE eCO2mix answered with a time that is none; another provider meanwhile.',
    )
  return fromMs
}

const figuresOf = (given: Rows): Figure[] =>
  given.flatMap(({ date_heure, taux_co2 }) =>
    typeof taux_co2 === 'number' ? [{ fromMs: timeOf(date_heure), gramsPerKwh: taux_co2 }] : [],
  )

const lasting = (figures: readonly Figure[], stepMs: number): GridPoint[] =>
  figures.map(({ fromMs, gramsPerKwh }) => ({ fromMs, toMs: fromMs + stepMs, gramsPerKwh }))

/** What is consolidated is by half hour, or by quarter hours of which every other one is empty: distances of rows say it. */
const stepOf = (figures: readonly Figure[]): number =>
  figures.slice(1).reduce((least, { fromMs }, index) => {
    const distance = fromMs - figures[index]!.fromMs
    return distance >= QUARTER_HOUR_MS ? Math.min(least, distance) : least
  }, HALF_HOUR_MS)

const latest = async (signal: AbortSignal): Promise<readonly GridPoint[]> => {
  const url = new URL(`${DATASETS}${REAL_TIME}/records`)
  url.search = String(
    new URLSearchParams({
      select: 'taux_co2,date_heure',
      where: 'taux_co2 is not null',
      order_by: 'date_heure desc',
      limit: String(MOST_ROWS),
    }),
  )
  const { results } = await requestJson<Reply>(url, { schema: reply, signal })
  return lasting(figuresOf(results), QUARTER_HOUR_MS)
}

/** Of one data set, in order of time. The night on which clocks go back has rows twice. */
const between = async (
  dataset: string,
  from: Date,
  to: Date,
  signal: AbortSignal,
): Promise<readonly GridPoint[]> => {
  const url = new URL(`${DATASETS}${dataset}/exports/json`)
  url.search = String(
    new URLSearchParams({
      select: 'taux_co2,date_heure',
      where: `taux_co2 is not null and date_heure >= date'${from.toISOString()}' and date_heure < date'${to.toISOString()}'`,
      order_by: 'date_heure asc',
    }),
  )
  const given = figuresOf(await requestJson<Rows>(url, { schema: rows, signal, timeoutMs: 20_000 }))
  const byStart = new Map(given.map(figure => [figure.fromMs, figure]))
  const figures = [...byStart.values()].toSorted((a, b) => a.fromMs - b.fromMs)
  return lasting(figures, dataset === REAL_TIME ? QUARTER_HOUR_MS : stepOf(figures))
}

/** In real time as far as that reaches back, and what lies before it consolidated. */
const past = async (from: Date, to: Date, signal: AbortSignal): Promise<readonly GridPoint[]> => {
  const recent = await between(REAL_TIME, from, to, signal)
  const since = recent[0]?.fromMs ?? to.getTime()
  if (since - from.getTime() < HOUR_MS) return recent
  return [...(await between(CONSOLIDATED, from, new Date(since), signal)), ...recent]
}

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
  fetch: (_zone, from, to, signal) =>
    from.getTime() < Date.now() - LATEST_MS ? past(from, to, signal) : latest(signal),
})
