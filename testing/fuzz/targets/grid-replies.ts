import type { GridProvider } from '../../../packages/core/src/grid/live/grid-provider.js'
import { electricityMaps } from '../../../packages/core/src/grid/live/providers/electricity-maps.js'
import { energyCharts } from '../../../packages/core/src/grid/live/providers/energy-charts.js'
import { httpJsonGrid } from '../../../packages/core/src/grid/live/providers/http-json.js'
import { rteEco2mix } from '../../../packages/core/src/grid/live/providers/rte-eco2mix.js'
import { timeSeriesGrid } from '../../../packages/core/src/grid/live/providers/time-series-file.js'
import { ukCarbonIntensity } from '../../../packages/core/src/grid/live/providers/uk-carbon-intensity.js'
import { wattTime } from '../../../packages/core/src/grid/live/providers/watttime.js'
import { checkedPoints } from '../../../packages/core/src/grid/live/published-points.js'
import { answering } from '../answering.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const now = Date.parse('2026-01-05T12:10:00Z')
const hours = (count: number): Date => new Date(now + count * 3_600_000)
const signal = new AbortController().signal

const keys = { ELECTRICITYMAPS_TOKEN: 'k', WATTTIME_USERNAME: 'u', WATTTIME_PASSWORD: 'p' }
const HOUR = { zone: 'FR', carbonIntensity: 56, datetime: '2026-01-05T12:00:00.000Z', isEstimated: true }

interface Publisher {
  readonly provider: GridProvider
  readonly zone: string
  readonly replies: readonly object[]
}

const PUBLISHERS: readonly Publisher[] = [
  {
    provider: electricityMaps(keys),
    zone: 'FR',
    replies: [{ zone: 'FR', history: [HOUR], data: [HOUR], forecast: [HOUR] }],
  },
  {
    provider: wattTime(keys),
    zone: 'CAISO_NORTH',
    replies: [
      {
        token: 't',
        data: [{ point_time: '2026-01-05T12:00:00+00:00', value: 870 }],
        meta: {
          region: 'CAISO_NORTH',
          signal_type: 'co2_moer',
          units: 'lbs_co2_per_mwh',
          data_point_period_seconds: 300,
        },
      },
    ],
  },
  {
    provider: ukCarbonIntensity(),
    zone: 'GB',
    replies: [
      {
        data: [
          {
            from: '2026-01-05T12:00Z',
            to: '2026-01-05T12:30Z',
            intensity: { forecast: 190, actual: 188, index: 'moderate' },
          },
        ],
      },
    ],
  },
  {
    provider: energyCharts(),
    zone: 'de',
    replies: [
      {
        unix_seconds: [now / 1000, now / 1000 + 900],
        co2eq: [300, null],
        co2eq_forecast: [310, 320],
        deprecated: false,
      },
    ],
  },
  {
    provider: rteEco2mix(),
    zone: 'FR',
    replies: [[{ date_heure: '2026-01-05T12:00:00+00:00', taux_co2: 41 }]],
  },
  {
    provider: {
      ...rteEco2mix(),
      name: 'rte-eco2mix, the latest',
      fetch: (zone, _from, _to, signal) =>
        rteEco2mix().fetch(zone, new Date(Date.now() - 3_600_000), new Date(), signal),
    },
    zone: 'FR',
    replies: [{ total_count: 1, results: [{ date_heure: '2026-01-05T12:00:00+00:00', taux_co2: 41 }] }],
  },
  {
    provider: httpJsonGrid({
      name: 'meter',
      url: 'http://127.0.0.1:1/now',
      path: 'data.value',
      unit: 'g/kWh',
      zone: 'here',
    }),
    zone: 'here',
    replies: [{ data: { value: 120, time: '2026-01-05T12:00:00Z' } }],
  },
]

const check = (provider: GridProvider, points: Awaited<ReturnType<GridProvider['fetch']>>): void => {
  for (const { fromMs, toMs, gramsPerKwh } of checkedPoints(provider, points)) {
    if (!(toMs > fromMs) || !(gramsPerKwh >= 0) || gramsPerKwh > 1e5)
      throw new Error(`${gramsPerKwh} g/kWh from ${fromMs} to ${toMs}`)
  }
}

const scratch = scratchFolder()

export const gridReplyTargets: readonly FuzzTarget[] = [
  ...PUBLISHERS.map(
    ({ provider, zone, replies }): FuzzTarget => ({
      name: `grid reply: ${provider.name}`,
      seeds: replies.map(reply => JSON.stringify(reply)),
      errors: ['GRID_'],
      run: input =>
        answering(input.toString(), async () => {
          check(provider, await provider.fetch(zone, hours(-2), hours(0), signal))
          if (provider.forecast) check(provider, await provider.forecast(zone, hours(0), hours(24), signal))
        }),
    }),
  ),
  {
    name: 'grid: time series file',
    seeds: [
      'datetime,intensity\n2026-01-05T10:00:00Z,50\n2026-01-05T11:00:00Z,60\n2026-01-05T12:00:00Z,70\n',
    ],
    errors: ['GRID_', 'OPTION_'],
    run: async input => {
      const path = scratch.write('series.csv', input)
      const provider = timeSeriesGrid({ path, unit: 'g/kWh', zone: 'here' })
      check(provider, await provider.fetch('here', hours(-2), hours(0), signal))
    },
  },
]
