import {
  type BestStartOptions,
  bestStart,
  checkBestStartOptions,
  readForecast,
} from '@epochwatt/core/planning'
import { renderTerminalStart } from '@epochwatt/report'
import type { Command } from '../command.js'
import { type FlagNames, withFlagNames } from '../flag-names.js'
import { GRID_FLAG_NAMES, GRID_OPTIONS, gridChoiceOf } from '../grid-options.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'
import { timeOption } from '../time-option.js'

const NAME = 'when'

const FLAG_NAMES: FlagNames = {
  ...GRID_FLAG_NAMES,
  country: 'country',
  cloud: 'cloud',
  hours: 'hours',
  for: 'record',
  step: 'stepMinutes',
  earliest: 'earliest',
  deadline: 'deadline',
}

const present = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

export const when: Command = {
  name: NAME,
  summary: 'Find the best time to begin work, within the forecast of a grid, against now.',
  arguments: '',
  takes: [0, 0],
  details: [
    'Asks a publisher for its forecast, unless --file gives one; docs/grid.md says which there are and what they need.',
    'With --for the work is like that run: as long, with its energy, course of power and PUE.',
  ],
  options: {
    ...GRID_OPTIONS,
    country: { type: 'string', value: 'CODE', description: 'Country, where it is zone enough, e.g. DE.' },
    cloud: { type: 'string', value: 'P:R', description: 'Cloud provider and region, e.g. aws:eu-north-1.' },
    hours: { type: 'string', value: 'H', description: 'How long the work takes (default: as --for).' },
    for: { type: 'string', value: 'RUN', description: 'A run like the work that is planned.' },
    earliest: { type: 'string', value: 'TIME', description: 'No start before, e.g. 2026-01-05T18:00Z.' },
    deadline: { type: 'string', value: 'TIME', description: 'The work must be done by then.' },
    step: { type: 'string', value: 'MIN', description: 'Minutes between starts (default: of the forecast).' },
    interruptible: {
      type: 'boolean',
      description: 'The work can be stopped and taken up again: find the best hours.',
    },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    const run = call.text('for')
    const given = present({
      hours: numberOption(call, 'hours', NAME),
      record: run === undefined ? undefined : storeOf(call).read(run),
      earliest: timeOption(call, 'earliest', NAME),
      deadline: timeOption(call, 'deadline', NAME),
      stepMinutes: numberOption(call, 'step', NAME),
      interruptible: call.flag('interruptible') || undefined,
    }) as Omit<BestStartOptions, 'course'>
    const place = present({ country: call.text('country'), cloud: call.text('cloud') })
    const now = new Date()
    const inFlags = <Result>(action: () => Result): Result => withFlagNames(NAME, FLAG_NAMES, action)
    // Before anybody is asked: what cannot be planned needs no forecast.
    const choice = inFlags(() => {
      checkBestStartOptions(given)
      return gridChoiceOf(call, NAME)
    })
    const course = await readForecast({ ...choice, ...place }, { now }).catch(error =>
      inFlags(() => {
        throw error
      }),
    )
    const plan = inFlags(() => bestStart({ course, now, ...given }))
    console.out(
      call.flag('json')
        ? json(plan)
        : renderTerminalStart(plan, { color: console.color, width: console.width }),
    )
    return 0
  },
}
