import type { RunRecord } from '@epochwatt/core'
import {
  BOAMPS_DATA_TYPES,
  BOAMPS_INFRASTRUCTURES,
  DISCLOSURE_FORMATS,
  type DisclosureFormat,
  disclose as discloseRuns,
  type FunctionalUnit,
  type TrainingType,
} from '@epochwatt/report'
import { chooseRuns, projectOption } from '../chosen-runs.js'
import type { Call, Command } from '../command.js'
import type { Console } from '../console.js'
import { withFlagNames } from '../flag-names.js'
import { numberOption } from '../number-option.js'
import { SOURCE_OPTIONS } from '../sources/open-sources.js'
import type { RunSource } from '../sources/run-source.js'
import { digestsOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'

const NAME = 'disclose'

const TRAINING_TYPES: readonly TrainingType[] = ['pre-training', 'fine-tuning']

const oneOf = <Value extends string>(
  call: Call,
  option: string,
  accepted: readonly Value[],
): Value | undefined => {
  const text = call.text(option)
  if (text === undefined) return undefined
  const value = accepted.find(candidate => candidate === text)
  if (value) return value
  throw new UsageError(`Option "--${option}" is "${text}"; accepted: ${accepted.join(', ')}.`, NAME)
}

const formatOf = (call: Call): DisclosureFormat => {
  const format = oneOf(call, 'format', DISCLOSURE_FORMATS)
  if (!call.flag('json')) return format ?? 'markdown'
  if (format === undefined || format === 'json') return 'json'
  throw new UsageError(`Options "--json" and "--format ${format}" exclude each other.`, NAME)
}

const unitOf = (call: Call): FunctionalUnit | undefined => {
  const unit = call.text('per')
  const count = numberOption(call, 'count', NAME)
  if (unit === undefined || unit === 'run' || unit === 'epoch') {
    if (count === undefined) return unit
    throw new UsageError('Option "--count" is for a unit of your own, named by "--per".', NAME)
  }
  if (count !== undefined && count > 0 && Number.isFinite(count)) return { unit, count }
  throw new UsageError(
    `Option "--per" is "${unit}"; accepted: run, epoch, or another unit with "--count", how many of it all runs came to.`,
    NAME,
  )
}

const BOAMPS_FLAGS = {
  'task-stage': 'taskStage',
  'task-family': 'taskFamily',
  algorithm: 'algorithmName',
  'data-type': 'dataType',
  infrastructure: 'infraType',
}

/** A disclosure of the runs that went well is none of the work. */
const warnOfOthers = (
  call: Call,
  records: readonly RunRecord[],
  sources: readonly RunSource[],
  console: Console,
): void => {
  if (call.positionals.length === 0) return
  const projects = new Set(records.map(({ project }) => project))
  const disclosed = new Set(records.map(({ id }) => id))
  const left = new Set(
    sources
      .flatMap(({ store }) => digestsOf(store, console))
      .filter(({ id, project }) => projects.has(project) && !disclosed.has(id))
      .map(({ id }) => id),
  ).size
  if (left > 0)
    console.err(
      `Left out: ${left} more run${left === 1 ? '' : 's'} of the same project; without RUN all of them are disclosed.\n`,
    )
}

export const disclose: Command = {
  name: NAME,
  summary: 'Write what a paper or a model card says about energy and carbon of runs.',
  arguments: '[RUN…]',
  takes: [0, Number.POSITIVE_INFINITY],
  details: [
    'Without RUN, all runs of the project of the latest run are added up, those that failed included.',
    `FORMAT is one of ${DISCLOSURE_FORMATS.join(', ')}; markdown unless given.`,
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', description: 'What to write.' },
    project: projectOption('Disclose all runs of this project.'),
    per: {
      type: 'string',
      value: 'UNIT',
      description: 'Functional unit of an SCI score: run (default), epoch, or one of your own.',
    },
    count: { type: 'string', value: 'N', description: 'How many units of your own all runs came to.' },
    'training-type': {
      type: 'string',
      value: 'TYPE',
      description: `For a model card: ${TRAINING_TYPES.join(' or ')}.`,
    },
    location: {
      type: 'string',
      value: 'PLACE',
      description: 'For a model card, instead of the recorded place, e.g. "Quebec, Canada".',
    },
    'task-stage': {
      type: 'string',
      value: 'STAGE',
      description: 'For BoAmps: training, finetuning, inference, …',
    },
    'task-family': {
      type: 'string',
      value: 'FAMILY',
      description: 'For BoAmps, e.g. "image classification".',
    },
    algorithm: { type: 'string', value: 'NAME', description: 'For BoAmps, e.g. cnn.' },
    'data-type': {
      type: 'string',
      value: 'TYPE',
      description: `For BoAmps: ${BOAMPS_DATA_TYPES.join(', ')}.`,
    },
    infrastructure: {
      type: 'string',
      value: 'TYPE',
      description: `For BoAmps: ${BOAMPS_INFRASTRUCTURES.join(', ')}.`,
    },
    offsets: {
      type: 'string',
      value: 'TEXT',
      description: 'What you state about offsets: a sentence of its own, which changes no figure.',
    },
    ...SOURCE_OPTIONS,
    json: { type: 'boolean', description: 'The same as --format json.' },
  },
  run: async (call, console) => {
    const format = formatOf(call)
    const functionalUnit = unitOf(call)
    const trainingType = oneOf(call, 'training-type', TRAINING_TYPES)
    const { digests, sources, read } = await chooseRuns(call, console, NAME, 'Disclosing')
    const records = digests.map(({ id }) => read(id))
    warnOfOthers(call, records, sources, console)
    const boamps = {
      taskStage: call.text('task-stage') ?? (trainingType === 'fine-tuning' ? 'finetuning' : undefined),
      taskFamily: call.text('task-family'),
      algorithmName: call.text('algorithm'),
      dataType: oneOf(call, 'data-type', BOAMPS_DATA_TYPES),
      infraType: oneOf(call, 'infrastructure', BOAMPS_INFRASTRUCTURES),
    }
    const text = withFlagNames(NAME, BOAMPS_FLAGS, () =>
      discloseRuns(records, {
        format,
        functionalUnit,
        trainingType,
        geographicalLocation: call.text('location'),
        boamps,
        offsets: call.text('offsets'),
      }),
    )
    console.out(text)
    return 0
  },
}
