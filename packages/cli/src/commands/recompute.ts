import type { RunRecord } from '@epochwatt/core'
import {
  type IntensityCourse,
  type RecomputeChanges,
  readForecast,
  readPast,
  recompute as recomputeRecord,
} from '@epochwatt/core/planning'
import { renderTerminalRecomputation } from '@epochwatt/report'
import type { Call, Command } from '../command.js'
import { type FlagNames, withFlagNames } from '../flag-names.js'
import { GRID_FLAG_NAMES, GRID_OPTIONS, gridChoiceOf } from '../grid-options.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'
import { timeOption } from '../time-option.js'

const NAME = 'recompute'

const FLAG_NAMES: FlagNames = {
  ...GRID_FLAG_NAMES,
  country: 'country',
  region: 'region',
  cloud: 'cloud',
  pue: 'pue',
  intensity: 'gridIntensity',
  start: 'start',
}

const changesOf = (call: Call): RecomputeChanges => {
  const changes: { readonly [Name in keyof RecomputeChanges]: RecomputeChanges[Name] | undefined } = {
    country: call.text('country'),
    region: call.text('region'),
    cloud: call.text('cloud'),
    pue: numberOption(call, 'pue', NAME),
    gridIntensity: numberOption(call, 'intensity', NAME),
    start: timeOption(call, 'start', NAME),
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

const inFlags = <Result>(action: () => Result): Result => withFlagNames(NAME, FLAG_NAMES, action)

const HOUR_MS = 3_600_000

/** What the grid was, or will be, while the run is laid over it; of the place that is asked for, else of the run's. */
const courseFor = async (
  call: Call,
  { location, started_at, duration_s }: RunRecord,
  { start, country, region, cloud }: RecomputeChanges,
): Promise<IntensityCourse | undefined> => {
  const choice = inFlags(() => gridChoiceOf(call, NAME))
  if (start === undefined && Object.keys(choice).length === 0) return undefined
  const recorded = {
    ...(location.country !== undefined && { country: location.country }),
    ...(location.provider && location.cloud_region
      ? { cloud: `${location.provider}:${location.cloud_region}` }
      : {}),
  }
  const given = {
    ...(country !== undefined && { country }),
    ...(region !== undefined && { region }),
    ...(cloud !== undefined && { cloud }),
  }
  const options = { ...(Object.keys(given).length > 0 ? given : recorded), ...choice }
  const from = start ?? new Date(started_at)
  // The point that was valid when it began may have begun before.
  const since = new Date(from.getTime() - HOUR_MS)
  const to = new Date(from.getTime() + duration_s * 1000)
  const now = new Date()
  const asked = to > now ? readForecast(options, { now }) : readPast(options, since, to)
  return asked.catch(error =>
    inFlags(() => {
      throw error
    }),
  )
}

export const recompute: Command = {
  name: NAME,
  summary: 'Show what a run would have come to elsewhere: the same energy, another grid, time or PUE.',
  arguments: 'RUN',
  takes: [1, 1],
  details: [
    'The record of the run is left as it is. A place changes the grid, a cloud region its PUE as well. --start lays the',
    'energy of the run over another time of a grid: of --file, or of a publisher that is asked (--grid, --zone). --json',
    'writes the difference and the recomputed record.',
  ],
  options: {
    country: { type: 'string', value: 'CODE', description: 'Country, e.g. FR.' },
    region: { type: 'string', value: 'CODE', description: 'Region inside the country, e.g. US-CA.' },
    cloud: { type: 'string', value: 'P:R', description: 'Cloud provider and region, e.g. aws:eu-north-1.' },
    pue: { type: 'string', value: 'RATIO', description: 'Power usage effectiveness of the building.' },
    intensity: { type: 'string', value: 'G', description: 'Carbon intensity of the electricity, gCO2e/kWh.' },
    'grid-intensity': {
      type: 'string',
      value: 'G',
      sameAs: 'intensity',
      description: 'Same as --intensity.',
    },
    start: {
      type: 'string',
      value: 'TIME',
      description: 'As if it had begun then, e.g. 2026-01-05T02:00Z.',
    },
    ...GRID_OPTIONS,
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    const changes = changesOf(call)
    const record = storeOf(call).read(call.positionals[0]!)
    const course = await courseFor(call, record, changes)
    const result = inFlags(() => recomputeRecord(record, { ...changes, ...(course && { course }) }))
    console.out(
      call.flag('json')
        ? json(result)
        : renderTerminalRecomputation(record, result, { color: console.color, width: console.width }),
    )
    return 0
  },
}
