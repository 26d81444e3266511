import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { type IntensityCourse, readPast } from '@epochwatt/core/planning'
import { advise as adviseRuns, renderTerminalAdvice } from '@epochwatt/report'
import { chooseRuns, projectOption } from '../chosen-runs.js'
import type { Call, Command } from '../command.js'
import { withFlagNames } from '../flag-names.js'
import { GRID_FLAG_NAMES, GRID_OPTIONS, gridChoiceOf } from '../grid-options.js'
import { json } from '../json.js'
import { SOURCE_OPTIONS } from '../sources/open-sources.js'
import { JSON_OPTION } from '../store-option.js'

const NAME = 'advise'

/** As far as a later start is looked for. */
const AFTER_MS = 24 * 3_600_000

/** What the grid was while the runs ran and a day after, where somebody is named who says so. */
const courseOf = async (call: Call, records: readonly RunRecord[]): Promise<IntensityCourse | undefined> => {
  if (['file', 'grid', 'zone'].every(name => call.text(name) === undefined)) {
    gridChoiceOf(call, NAME)
    return undefined
  }
  const from = Math.min(...records.map(({ started_at }) => Date.parse(started_at)))
  const to = Math.max(...records.map(({ ended_at }) => Date.parse(ended_at))) + AFTER_MS
  const choice = withFlagNames(NAME, GRID_FLAG_NAMES, () => gridChoiceOf(call, NAME))
  return readPast(choice, new Date(from), new Date(Math.min(to, Date.now()))).catch(error =>
    withFlagNames(NAME, GRID_FLAG_NAMES, () => {
      throw error
    }),
  )
}

export const advise: Command = {
  name: NAME,
  summary: 'Tell what would have saved most carbon, with the numbers of these runs.',
  arguments: '[RUN…]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'Without RUN, all runs of the project of the latest run are looked at together. What the records do not support is',
    'not said. With --file, --grid or --zone a better hour is looked for in what the grid was then; docs/grid.md says who',
    'can be asked.',
  ],
  options: {
    project: projectOption('Look at all runs of this project.'),
    ...GRID_OPTIONS,
    ...SOURCE_OPTIONS,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    const { digests, read } = await chooseRuns(call, console, NAME, 'Looking at')
    const records = digests.map(({ id }) => read(id))
    if (records.length === 0)
      throw new EpochwattError(
        'NO_RUNS',
        'There are no runs to advise on; `epochwatt list` shows what is there.',
      )
    const course = await courseOf(call, records)
    const advice = adviseRuns(records, course && { course })
    console.out(
      call.flag('json')
        ? json(advice)
        : renderTerminalAdvice(advice, { color: console.color, width: console.width }),
    )
    return 0
  },
}
