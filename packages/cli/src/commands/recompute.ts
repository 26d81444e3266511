import { type RecomputeChanges, recompute as recomputeRecord } from '@epochwatt/core/planning'
import { renderTerminalRecomputation } from '@epochwatt/report'
import type { Call, Command } from '../command.js'
import { type FlagNames, withFlagNames } from '../flag-names.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'

const NAME = 'recompute'

const FLAG_NAMES: FlagNames = {
  country: 'country',
  region: 'region',
  cloud: 'cloud',
  pue: 'pue',
  intensity: 'gridIntensity',
}

const changesOf = (call: Call): RecomputeChanges => {
  const changes: Readonly<Record<keyof RecomputeChanges, string | number | undefined>> = {
    country: call.text('country'),
    region: call.text('region'),
    cloud: call.text('cloud'),
    pue: numberOption(call, 'pue', NAME),
    gridIntensity: numberOption(call, 'intensity', NAME),
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

export const recompute: Command = {
  name: NAME,
  summary: 'Show what a run would have come to elsewhere: the same energy, another grid or PUE.',
  arguments: 'RUN',
  takes: [1, 1],
  details: [
    'The record of the run is left as it is. A place changes the grid, a cloud region its PUE as well. --json writes the',
    'difference and the recomputed record.',
  ],
  options: {
    country: { type: 'string', value: 'CODE', description: 'Country, e.g. FR.' },
    region: { type: 'string', value: 'CODE', description: 'Region inside the country, e.g. US-CA.' },
    cloud: { type: 'string', value: 'P:R', description: 'Cloud provider and region, e.g. aws:eu-north-1.' },
    pue: { type: 'string', value: 'RATIO', description: 'Power usage effectiveness of the building.' },
    intensity: { type: 'string', value: 'G', description: 'Carbon intensity of the electricity, gCO2e/kWh.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    const changes = changesOf(call)
    const record = storeOf(call).read(call.positionals[0]!)
    const result = withFlagNames(NAME, FLAG_NAMES, () => recomputeRecord(record, changes))
    console.out(
      call.flag('json')
        ? json(result)
        : renderTerminalRecomputation(record, result, { color: console.color, width: console.width }),
    )
    return 0
  },
}
