import { type RankOptions, rankRegions } from '@epochwatt/core/planning'
import { renderTerminalRegions } from '@epochwatt/report'
import type { Command } from '../command.js'
import { type FlagNames, withFlagNames } from '../flag-names.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'

const NAME = 'regions'

/** Rows that fit a screen. */
const SCREENFUL = 20

const FLAG_NAMES: FlagNames = { cloud: 'cloud', for: 'record', kwh: 'energyKwh', basis: 'basis' }

export const regions: Command = {
  name: NAME,
  summary: 'Rank cloud regions by the carbon of a run, or of an amount of energy.',
  arguments: '',
  takes: [0, 0],
  details: [
    'Ranks for 1 kWh unless --for or --kwh says otherwise. All intensities of a ranking are of one basis: lifecycle ones',
    'and direct ones are not compared.',
  ],
  options: {
    cloud: { type: 'string', value: 'PROVIDER', description: 'Only regions of this provider, e.g. aws.' },
    for: {
      type: 'string',
      value: 'RUN',
      description: 'A run: its energy, and what would be saved against where it was.',
    },
    kwh: { type: 'string', value: 'KWH', description: 'Energy of the machines, without PUE.' },
    basis: {
      type: 'string',
      value: 'lifecycle|direct',
      description: 'Basis of the intensities (default: that of most regions).',
    },
    all: { type: 'boolean', description: `Show all regions, not only the first ${SCREENFUL}.` },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    const run = call.text('for')
    const given = {
      cloud: call.text('cloud'),
      basis: call.text('basis'),
      energyKwh: numberOption(call, 'kwh', NAME),
      record: run === undefined ? undefined : storeOf(call).read(run),
    }
    const options = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as RankOptions
    const ranking = withFlagNames(NAME, FLAG_NAMES, () => rankRegions(options))
    const width = console.width ?? Number.POSITIVE_INFINITY
    const most = call.flag('all') ? Number.POSITIVE_INFINITY : SCREENFUL
    console.out(
      call.flag('json')
        ? json(ranking)
        : renderTerminalRegions(ranking, { color: console.color, width, most }),
    )
    return 0
  },
}
