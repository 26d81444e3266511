import { EpochwattError } from '@epochwatt/core'
import { advise as adviseRuns, renderTerminalAdvice } from '@epochwatt/report'
import { chosenRuns, projectOption } from '../chosen-runs.js'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'

export const advise: Command = {
  name: 'advise',
  summary: 'Tell what would have saved most carbon, with the numbers of these runs.',
  arguments: '[RUN…]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'Without RUN, all runs of the project of the latest run are looked at together. What the records do not support is',
    'not said.',
  ],
  options: {
    project: projectOption('Look at all runs of this project.'),
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    const records = chosenRuns(call, storeOf(call), console, 'advise', 'Looking at')
    if (records.length === 0)
      throw new EpochwattError(
        'NO_RUNS',
        'There are no runs to advise on; `epochwatt list` shows what is there.',
      )
    const advice = adviseRuns(records)
    console.out(
      call.flag('json')
        ? json(advice)
        : renderTerminalAdvice(advice, { color: console.color, width: console.width }),
    )
    return 0
  },
}
