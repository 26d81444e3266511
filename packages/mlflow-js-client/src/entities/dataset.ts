import type { components } from '../openapi/schema.gen.js'
import { toKeyValues, toRecord } from './key-value.js'

type WireDatasetInput = components['schemas']['DatasetInput']

/** A dataset that a run used. */
export interface Dataset {
  readonly name: string
  /** A fingerprint of the data, at most 36 characters. */
  readonly digest: string
  /** Such as `local`, `http`, `s3` or `code`. */
  readonly sourceType: string
  /** Where the data comes from; JSON by MLflow's custom, such as `{"uri":"s3://bucket/data.csv"}`. */
  readonly source: string
  /** JSON, at most 1 MiB. */
  readonly schema?: string | undefined
  /** JSON, at most 16 MiB. */
  readonly profile?: string | undefined
}

/** A dataset that a run used. */
export interface DatasetInput {
  readonly dataset: Dataset
  /** What the run used it for; kept as the tag `mlflow.data.context`, which the UI shows. */
  readonly context?: 'training' | 'validation' | 'testing' | 'evaluation' | (string & {})
  readonly tags?: Readonly<Record<string, string>>
}

const contextTag = 'mlflow.data.context'

export const datasetInputToWire = ({ dataset, context, tags }: DatasetInput): WireDatasetInput => ({
  dataset: {
    name: dataset.name,
    digest: dataset.digest,
    source_type: dataset.sourceType,
    source: dataset.source,
    ...(dataset.schema === undefined ? {} : { schema: dataset.schema }),
    ...(dataset.profile === undefined ? {} : { profile: dataset.profile }),
  },
  tags: toKeyValues({ ...tags, [contextTag]: context }),
})

export const datasetInputFromWire = ({ dataset, tags }: WireDatasetInput): DatasetInput => {
  const { [contextTag]: context, ...others } = toRecord(tags)
  return {
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      ...(dataset.schema === undefined ? {} : { schema: dataset.schema }),
      ...(dataset.profile === undefined ? {} : { profile: dataset.profile }),
    },
    ...(context === undefined ? {} : { context }),
    tags: others,
  }
}
