import type { RunRecord } from '@epochwatt/core'
import { formatFactor } from '../format/number.js'
import { sentence } from './wording.js'

/** Something a reader must know before trusting a figure. */
export interface Notice {
  /** `loud`: a figure may be wrong by a factor. `quiet`: worth knowing. */
  readonly level: 'loud' | 'quiet'
  readonly title: string
  readonly text?: string
}

/** Code of the engine's own warning about the fallback, which `gridFallback` says at length. */
const GRID_FALLBACK_CODE = 'GRID_FALLBACK'

const gridFallback = (record: RunRecord): Notice[] => {
  if (!record.grid.fallback) return []
  const { value, low, high } = record.grid.g_per_kwh
  return [
    {
      level: 'loud',
      title: 'The place is unknown: the world average stands in for the local grid',
      text:
        `Carbon is computed with ${formatFactor(value)} gCO₂e/kWh (${formatFactor(low)} – ${formatFactor(high)}). ` +
        'A clean grid is many times below it and a coal-heavy one above, so carbon here is an order of magnitude at best; energy is not affected. ' +
        'Say where the machine is with `EPOCHWATT_COUNTRY`, or with the option country, region, cloud or gridIntensity.',
    },
  ]
}

const runStatus = (record: RunRecord): Notice[] => {
  const reason =
    record.status_reason === undefined ? 'No reason was recorded.' : sentence(record.status_reason)
  const note = (title: string, text: string): Notice[] => [{ level: 'quiet', title, text }]
  switch (record.status) {
    case 'finished':
      return []
    case 'running':
      return note('The run is still going on', 'Figures cover what was recorded so far.')
    case 'failed':
      return note('The run failed', `${reason} Figures cover the run until then.`)
    case 'killed':
      return note('The run was killed', reason)
    case 'recovered':
      return note('The run was recovered from its journal', reason)
  }
}

const nothingMeasured = (record: RunRecord): Notice[] =>
  record.energy.total_kwh && record.energy.measured_share === 0
    ? [
        {
          level: 'quiet',
          title: 'No instrument was read',
          text: 'All energy here is modelled from what the operating system reports. The interval says how far such a model is usually off.',
        },
      ]
    : []

/** Everything that qualifies the run's figures, the loudest first. */
export const notices = (record: RunRecord): readonly Notice[] => [
  ...gridFallback(record),
  ...runStatus(record),
  ...record.warnings
    .filter(({ code }) => !(record.grid.fallback && code === GRID_FALLBACK_CODE))
    .map(({ message }): Notice => ({ level: 'quiet', title: sentence(message) })),
  ...nothingMeasured(record),
]
