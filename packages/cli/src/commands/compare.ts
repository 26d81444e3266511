import { EpochwattError } from '@epochwatt/core'
import { compareRuns, comparisonCsv, renderTerminalComparison } from '@epochwatt/report'
import { chosenRuns, projectOption } from '../chosen-runs.js'
import type { Command } from '../command.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, storeOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'

export const compare: Command = {
  name: 'compare',
  summary: 'Compare runs: energy and carbon apart, differences only where intervals allow.',
  arguments: '[RUN…]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'Without RUN, all runs of the project of the latest run are compared. The first run is the one that the others',
    'are held against, unless --against names another.',
  ],
  options: {
    metric: {
      type: 'string',
      value: 'NAME',
      description: 'Metric to show (default: the loss, else the first).',
    },
    against: { type: 'string', value: 'RUN', description: 'The run that the others are held against.' },
    project: projectOption('Compare all runs of this project.'),
    csv: { type: 'boolean', description: 'Write CSV with all digits to stdout.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    if (call.flag('csv') && call.flag('json')) {
      throw new UsageError('Options "--csv" and "--json" exclude each other.', 'compare')
    }
    const store = storeOf(call)
    const against = call.text('against')
    const reference = against === undefined ? undefined : store.read(against)
    const records = chosenRuns(call, store, console, 'compare', 'Comparing')
    const withReference =
      reference && !records.some(record => record.id === reference.id) ? [reference, ...records] : records
    if (withReference.length < 2) {
      throw new EpochwattError(
        'TOO_FEW_RUNS',
        `Comparing needs two runs, but there ${withReference.length === 1 ? 'is one' : 'is none'} here; \`epochwatt list\` shows what is there.`,
      )
    }
    const comparison = compareRuns(withReference, { metric: call.text('metric'), reference: reference?.id })
    if (call.flag('json')) console.out(json(comparison))
    else if (call.flag('csv')) console.out(comparisonCsv(comparison))
    else {
      const width = console.width ?? Number.POSITIVE_INFINITY
      console.out(renderTerminalComparison(comparison, { color: console.color, width }))
    }
    return 0
  },
}
