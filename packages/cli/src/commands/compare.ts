import { EpochwattError } from '@epochwatt/core'
import {
  type Better,
  compareRuns,
  comparisonCsv,
  digestOf,
  renderHtmlComparison,
  renderTerminalComparison,
  runsInDetail,
} from '@epochwatt/report'
import { chooseRuns, projectOption } from '../chosen-runs.js'
import type { Call, Command } from '../command.js'
import { withFlagNames } from '../flag-names.js'
import { json } from '../json.js'
import { SOURCE_OPTIONS } from '../sources/open-sources.js'
import { JSON_OPTION } from '../store-option.js'
import { UsageError } from '../usage-error.js'
import { writePage } from '../write-page.js'

const NAME = 'compare'

const betterOf = (call: Call): Better | undefined => {
  const better = call.text('better')
  if (better === undefined || better === 'higher' || better === 'lower') return better
  throw new UsageError(`Option "--better" is "${better}"; accepted: higher or lower.`, NAME)
}

const FORMS = ['csv', 'json', 'html'] as const

const checkForms = (call: Call): void => {
  const [first, second] = FORMS.filter(call.flag)
  if (first && second)
    throw new UsageError(`Options "--${first}" and "--${second}" exclude each other.`, NAME)
}

export const compare: Command = {
  name: NAME,
  summary: 'Compare runs: energy and carbon apart, differences only where intervals allow.',
  arguments: '[RUN…]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'RUN is an id, the unique beginning of one, a name, or a file: a record, CodeCarbon’s emissions.csv, a log of',
    'carbontracker. Without any, all runs of the project of the latest run are compared. Stores, files and trackers named',
    'together are compared together; docs/compare.md. The first run is the one that the others are held against, unless',
    '--against names another.',
  ],
  options: {
    metric: {
      type: 'string',
      value: 'NAME',
      description: 'Metric to show (default: the loss, else the first).',
    },
    against: { type: 'string', value: 'RUN', description: 'The run that the others are held against.' },
    project: projectOption('Compare all runs of this project.'),
    better: {
      type: 'string',
      value: 'higher|lower',
      description: 'Which way the metric is better (default: told from its name).',
    },
    at: {
      type: 'string',
      value: 'COUNTRY',
      description: 'Put all runs on the grid of this country, so that carbon compares code and not places.',
    },
    html: { type: 'string', value: 'FILE', description: 'Write a page with charts, and print its path.' },
    csv: { type: 'boolean', description: 'Write CSV with all digits to stdout.' },
    ...SOURCE_OPTIONS,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    checkForms(call)
    const better = betterOf(call)
    const chosen = await chooseRuns(call, console, NAME, 'Comparing')
    const against = call.text('against')
    const reference = against === undefined ? undefined : chosen.find(against)
    const isMissing = reference && !chosen.digests.some(({ id }) => id === reference.id)
    const withReference = isMissing ? [digestOf(reference), ...chosen.digests] : chosen.digests
    const read = (id: string) => (isMissing && id === reference.id ? reference : chosen.read(id))
    if (withReference.length < 2) {
      throw new EpochwattError(
        'TOO_FEW_RUNS',
        `Comparing needs two runs, but there ${withReference.length === 1 ? 'is one' : 'is none'} here; \`epochwatt list\` shows what is there.`,
      )
    }
    const comparison = withFlagNames(NAME, { at: 'country' }, () =>
      compareRuns(withReference, {
        metric: call.text('metric'),
        reference: reference?.id,
        better,
        at: call.text('at'),
        sources: chosen.labels,
      }),
    )
    const page = call.text('html')
    if (call.flag('json')) console.out(json(comparison))
    else if (call.flag('csv')) console.out(comparisonCsv(comparison))
    else if (page !== undefined) {
      console.out(
        `${writePage(page, 'html', renderHtmlComparison(comparison, { records: runsInDetail(comparison).map(read) }))}\n`,
      )
    } else {
      const width = console.width ?? Number.POSITIVE_INFINITY
      console.out(renderTerminalComparison(comparison, { color: console.color, width }))
    }
    return 0
  },
}
