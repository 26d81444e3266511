import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { formatQuantity, intervalText } from '../format/figure.js'
import type { DisclosedRuns } from './disclosed-runs.js'

/** Kinds of data that a BoAmps report knows (its `dataset.dataType`). */
export const BOAMPS_DATA_TYPES = [
  'tabular',
  'audio',
  'boolean',
  'image',
  'video',
  'object',
  'text',
  'token',
  'word',
  'other',
] as const

/** Kinds of infrastructure that a BoAmps report knows (its `infraType`). */
export const BOAMPS_INFRASTRUCTURES = ['publicCloud', 'privateCloud', 'onPremise', 'other'] as const

/** What a BoAmps report asks for and records do not know. */
export interface BoampsFacts {
  /** `training`, `finetuning`, `inference`, … Default: told from the records where they have epochs. */
  readonly taskStage?: string
  /** E.g. `image classification`. */
  readonly taskFamily?: string
  /** E.g. `cnn`. */
  readonly algorithmName?: string
  /** Kind of the input data. */
  readonly dataType?: (typeof BOAMPS_DATA_TYPES)[number]
  /** Default: `publicCloud` where the records name a cloud provider. */
  readonly infraType?: (typeof BOAMPS_INFRASTRUCTURES)[number]
  /** When the report is published. Default: now. */
  readonly publishedAt?: Date
}

type Json = string | number | readonly Json[] | { readonly [key: string]: Json | undefined }

const oneOf = <Value>(values: readonly Value[]): Value | undefined =>
  new Set(values).size === 1 ? values[0] : undefined

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** `2026-03-02 14:05:09`, the form that the specification asks for; UTC. */
const instant = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ')

/** By what the figure of a component was read, in the words that the specification gives as examples. */
const trackingMode = (records: readonly RunRecord[], gpu: boolean): string | undefined => {
  const used = records.flatMap(({ sensors }) =>
    sensors.filter(({ state, hw_type }) => state === 'used' && (hw_type === 'gpu') === gpu),
  )
  const modes = used.map(({ id, kind }) => {
    const source = id.split('/')[0]!
    return kind === 'model' ? 'model' : source === 'powercap' ? 'rapl' : source
  })
  return modes.length > 0 ? [...new Set(modes)].join(', ') : undefined
}

const components = (record: RunRecord): readonly Json[] => {
  const { cpu_model, sockets, memory_gb, gpus } = record.hardware
  const boards = record.energy.components.gpu.kwh && Array.isArray(gpus) ? gpus : []
  const models = boards.map(board => textOf((board as { model?: unknown } | null)?.model) ?? 'GPU')
  const name = textOf(cpu_model)
  const gigabytes = numberOf(memory_gb)
  return [
    ...(name === undefined
      ? []
      : [
          {
            componentName: name,
            componentType: 'cpu',
            nbComponent: Math.max(1, Math.round(numberOf(sockets) ?? 1)),
          },
        ]),
    ...[...new Set(models)].map(model => ({
      componentName: model,
      componentType: 'gpu',
      nbComponent: models.filter(other => other === model).length,
    })),
    ...(gigabytes === undefined ? [] : [{ componentType: 'ram', nbComponent: 1, memorySize: gigabytes }]),
  ]
}

const framework = (records: readonly RunRecord[]): { framework?: string; frameworkVersion?: string } => {
  const version = oneOf(
    records.map(({ software, params }) => software['@tensorflow/tfjs'] ?? textOf(params.tfjs_version)),
  )
  return version === undefined ? {} : { framework: 'tensorflow.js', frameworkVersion: version }
}

const systemOf = (records: readonly RunRecord[]): Json | undefined => {
  const os = oneOf(records.map(({ hardware }) => textOf(hardware.os)))
  return os === undefined ? undefined : { os }
}

/** The three steps of the specification: off by 10 %, by 25 %, or more. */
const qualityOf = ({ value, low, high }: { value: number; low: number; high: number }): Json => {
  const off = value > 0 ? Math.max(high - value, value - low) / value : 1
  return off <= 0.1 ? 'high' : off <= 0.25 ? 'medium' : 'low'
}

const environmentOf = (records: readonly RunRecord[], runs: DisclosedRuns): Json | undefined => {
  const country = oneOf(records.map(({ location }) => location.country))
  if (country === undefined) return undefined
  const [grid] = runs.grids
  return {
    country,
    location: oneOf(records.map(({ location }) => location.cloud_region ?? location.region)),
    ...(runs.grids.length === 1 &&
      grid &&
      !grid.fallback && { powerSourceCarbonIntensity: grid.g_per_kwh.value }),
  }
}

const ACCURACIES = ['test_accuracy', 'test_acc', 'val_accuracy', 'val_acc']

/** Of one run alone: a mean over runs is nobody's accuracy. */
const accuracyOf = (records: readonly RunRecord[]): number | undefined => {
  const [record] = records
  if (records.length !== 1 || !record) return undefined
  const value = ACCURACIES.map(name => record.metrics[name]).find(metric => metric !== undefined)
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined
}

const KWH = { unit: 'kWh', factor: 1 }

const descriptionOf = (runs: DisclosedRuns): string => {
  const total = runs.energy.total_kwh!
  const interval = intervalText(formatQuantity(total, KWH))
  return [
    `IT energy without PUE of ${runs.runs.all} run${runs.runs.all === 1 ? '' : 's'}, ${runs.runs.by_status.finished ?? 0} finished`,
    ...(interval === undefined ? [] : [`90 % interval ${interval} kWh`]),
    ...(runs.energy.unknown_runs > 0 ? [`energy of ${runs.energy.unknown_runs} unknown and not in it`] : []),
  ].join('; ')
}

const missing = (facts: Readonly<Record<string, unknown>>): void => {
  const names = Object.keys(facts).filter(name => facts[name] === undefined)
  if (names.length > 0)
    throw new EpochwattError(
      'OPTION_MISSING',
      `A BoAmps report needs what the records do not hold: give ${names.join(', ')}.`,
    )
}

/** Keys without a value are no keys. */
const withoutGaps = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutGaps)
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, withoutGaps(inner)]])),
  )
}

/**
 * A report in the form of BoAmps (Boavizta, https://github.com/Boavizta/BoAmps), its schemas of April 2026. All runs are
 * one task with one measure, their sum. What neither records nor facts hold and the schema does not ask for is left out.
 *
 * @throws EpochwattError `OPTION_MISSING` naming every fact that is asked for and missing, `ENERGY_UNKNOWN` without a sum.
 */
export const boampsOf = (runs: DisclosedRuns, records: readonly RunRecord[], facts: BoampsFacts): string => {
  const total = runs.energy.total_kwh
  if (!total)
    throw new EpochwattError(
      'ENERGY_UNKNOWN',
      'A BoAmps report needs an energy, and that of these runs is unknown.',
    )
  const [first] = records
  const taskStage =
    facts.taskStage ?? (records.every(({ epochs }) => epochs.length > 0) ? 'training' : undefined)
  const provider = oneOf(records.map(({ location }) => location.provider))
  const infraType = facts.infraType ?? (provider === undefined ? undefined : 'publicCloud')
  const hardware = components(first!)
  const { taskFamily, algorithmName, dataType, publishedAt = new Date() } = facts
  missing({ taskStage, taskFamily, algorithmName, dataType, infraType })
  if (hardware.length === 0)
    throw new EpochwattError(
      'HARDWARE_UNKNOWN',
      'A BoAmps report needs a component of the machine, and none was recorded.',
    )
  const samples = oneOf(records.map(({ params }) => numberOf(params.samples)))
  const epochs = oneOf(records.map(record => record.epochs.length))
  const software = runs.software.find(({ name }) => name === 'epochwatt') ?? runs.software[0]
  const node = oneOf(records.map(record => record.software.node))
  const report: Json = {
    header: {
      formatVersion: '0.1',
      formatVersionSpecificationUri: 'https://github.com/Boavizta/BoAmps/tree/main/model',
      reportDatetime: instant(publishedAt),
      reportStatus: 'draft',
    },
    task: {
      taskStage,
      taskFamily,
      algorithms: [
        {
          algorithmName,
          ...framework(records),
          ...(epochs !== undefined && epochs > 0 && { epochsNumber: epochs }),
          optimizer: oneOf(
            records.map(({ params }) => textOf(params.optimizer_name) ?? textOf(params.optimizer)),
          ),
        },
      ],
      dataset: [{ dataUsage: 'input', dataType, dataQuantity: samples }],
      measuredAccuracy: accuracyOf(records),
      taskDescription: descriptionOf(runs),
    },
    measures: [
      {
        measurementMethod: software?.name ?? 'epochwatt',
        version: software?.version,
        cpuTrackingMode: trackingMode(records, false),
        gpuTrackingMode: trackingMode(records, true),
        averageUtilizationCpu: records.length === 1 ? first!.methodology.utilisation : undefined,
        powerConsumption: total.value,
        measurementDuration: runs.duration_s,
        measurementDateTime: runs.period && instant(new Date(runs.period.from)),
      },
    ],
    system: systemOf(records),
    // A program that was run by the command may be of any language: only where a framework tells.
    software:
      framework(records).framework === undefined ? undefined : { language: 'javascript', version: node },
    infrastructure: { infraType, cloudProvider: provider, components: hardware },
    environment: environmentOf(records, runs),
    quality: qualityOf(total),
  }
  return `${JSON.stringify(withoutGaps(report), undefined, 2)}\n`
}
