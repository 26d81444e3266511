import type { Attributes } from '@epochwatt/core'
import { attempt } from './attempt.js'
import type { ModelLike, TensorFlowLike, TrainingParams } from './tensorflow.js'

/** Their names in `params` of TensorFlow.js, and ours: those that trackers of Keras runs use. */
const FIT_ARGUMENTS: readonly (readonly [theirs: string, ours: string])[] = [
  ['epochs', 'epochs'],
  ['initialEpoch', 'initial_epoch'],
  ['batchSize', 'batch_size'],
  ['samples', 'samples'],
  ['steps', 'steps_per_epoch'],
  ['doValidation', 'validation'],
]

interface OptimizerLike {
  getClassName?(): string
  getConfig?(): Record<string, unknown>
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value))

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

/** A loss is a name, a function, or several of either by place or by output. */
const lossText = (loss: unknown): string | undefined => {
  if (typeof loss === 'string') return loss
  if (typeof loss === 'function') return loss.name || 'custom'
  if (typeof loss !== 'object' || loss === null) return undefined
  return Object.values(loss)
    .map(each => lossText(each) ?? 'custom')
    .join(', ')
}

const describeModel = (model: ModelLike): Attributes => {
  const optimizer = attempt(() => model.optimizer) as OptimizerLike | undefined
  const name = attempt(() => optimizer?.getClassName?.())
  const loss = attempt(() => lossText(model.loss))
  const config = Object.entries(attempt(() => optimizer?.getConfig?.()) ?? {}).filter(([, value]) =>
    isScalar(value),
  )
  return {
    ...(name && { optimizer_name: name }),
    ...Object.fromEntries(config.map(([key, value]) => [`optimizer_${snakeCase(key)}`, value as number])),
    ...(loss && { loss }),
  }
}

/** The engine that all copies of TensorFlow.js share, where they put it. */
const sharedBackend = (): unknown =>
  (globalThis as { _tfengine?: { backendName?: unknown } })._tfengine?.backendName

const describeTensorFlow = (tf: TensorFlowLike | undefined): Attributes => {
  const backend = attempt(() => tf?.getBackend?.() ?? sharedBackend())
  const versions: { tfjs?: unknown; 'tfjs-core'?: unknown } = tf?.version ?? {}
  const version = versions.tfjs ?? versions['tfjs-core']
  return {
    ...(typeof backend === 'string' && { backend }),
    ...(typeof version === 'string' && { tfjs_version: version }),
  }
}

/** What is known of a training when it begins, in the names that experiment trackers use. */
export const trainingParams = (known: {
  readonly params?: TrainingParams
  readonly model?: ModelLike
  readonly tf?: TensorFlowLike
}): Attributes => {
  const { params, model, tf } = known
  const given = FIT_ARGUMENTS.map(([theirs, ours]) => [ours, params?.[theirs]] as const)
  return {
    ...Object.fromEntries(
      given.filter((entry): entry is [string, string | number | boolean] => isScalar(entry[1])),
    ),
    ...(model && describeModel(model)),
    ...describeTensorFlow(tf),
  }
}
