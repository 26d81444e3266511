import { EpochwattError, type RunRecord, type RunStore } from '@epochwatt/core'
import { compareRuns, comparisonCsv, renderTerminalComparison } from '@epochwatt/report'
import type { Call, Command } from '../command.js'
import type { Console } from '../console.js'
import { json } from '../json.js'
import { DIR_OPTION, JSON_OPTION, recordsOf, storeOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'

/** The runs named, or without any all runs of the project: the one named, else that of the latest run. */
const chosen = (call: Call, store: RunStore, console: Console): readonly RunRecord[] => {
  if (call.positionals.length > 0) {
    const records = call.positionals.map(reference => store.read(reference))
    return [...new Map(records.map(record => [record.id, record])).values()]
  }
  const all = recordsOf(store, console)
  const project = call.text('project') ?? all.at(-1)?.project
  const records = all.filter(record => record.project === project)
  if (records.length > 1)
    console.err(`Comparing ${records.length} runs of project ${JSON.stringify(project)}.\n`)
  return records
}

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
    project: { type: 'string', value: 'NAME', description: 'Compare all runs of this project.' },
    csv: { type: 'boolean', description: 'Write CSV with all digits to stdout.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: (call, console) => {
    if (call.flag('csv') && call.flag('json')) {
      throw new UsageError('Options "--csv" and "--json" exclude each other.', 'compare')
    }
    if (call.text('project') !== undefined && call.positionals.length > 0) {
      throw new UsageError('Option "--project" is for comparing without naming runs.', 'compare')
    }
    const store = storeOf(call)
    const against = call.text('against')
    const reference = against === undefined ? undefined : store.read(against)
    const records = chosen(call, store, console)
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
