import type { Attributes } from '@epochwatt/core'
import { attempt } from '../attempt.js'
import type { ModelLike } from '../tensorflow.js'

interface TensorLike {
  readonly shape?: readonly (number | null)[]
  readonly dtype?: string
}

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' && value !== null && Array.isArray((value as TensorLike).shape)

/** A model may have several inputs, by place or by name. */
const tensorsOf = (data: unknown): readonly TensorLike[] => {
  if (isTensor(data)) return [data]
  if (typeof data !== 'object' || data === null) return []
  return Object.values(data).filter(isTensor)
}

const dataFacts = (name: 'x' | 'y', data: unknown): Attributes => {
  const tensors = tensorsOf(data)
  if (tensors.length === 0) return {}
  return {
    [`${name}_shape`]: tensors.map(({ shape }) => `[${shape?.join(',')}]`).join(' '),
    [`${name}_dtype`]: tensors.map(({ dtype }) => dtype ?? 'unknown').join(' '),
  }
}

/** What `fit` was called with and does not tell its callbacks. */
export const fitFacts = (x: unknown, y: unknown, args: unknown): Attributes => {
  const { shuffle = true, validationSplit } = (args ?? {}) as { shuffle?: unknown; validationSplit?: unknown }
  return {
    ...dataFacts('x', x),
    ...dataFacts('y', y),
    ...((typeof shuffle === 'boolean' || typeof shuffle === 'string') && { shuffle }),
    ...(typeof validationSplit === 'number' && { validation_split: validationSplit }),
  }
}

/** What is known of a dataset before it is read. Unknown and infinite sizes are left out. */
export const datasetFacts = (dataset: unknown): Attributes => {
  const { size } = (dataset ?? {}) as { size?: unknown }
  return typeof size === 'number' && Number.isFinite(size) ? { dataset_batches: size } : {}
}

const elements = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((product, each) => product * (each ?? 1), 1)

/** Size of a model. Its shape is in the summary. */
export const modelFacts = (model: ModelLike): Attributes => {
  const total = attempt(() => model.countParams?.())
  const trainable = attempt(() =>
    model.trainableWeights?.reduce((sum, { shape }) => sum + elements(shape), 0),
  )
  // The first is always the loss, which has a parameter of its own.
  const metrics = attempt(() => model.metricsNames?.slice(1).join(', '))
  return {
    ...(model.name && { model_name: model.name }),
    ...(model.layers && { layers: model.layers.length }),
    ...(total !== undefined && { total_params: total }),
    ...(trainable !== undefined && { trainable_params: trainable }),
    ...(metrics && { metrics }),
  }
}
