/**
 * The parts of TensorFlow.js that are touched, described by their shape: any copy and any version that has them
 * will do, and none of its types has to be installed to use ours.
 */

/** A scalar tensor, as callbacks that are used as they are find it in their logs. */
export interface PendingScalar {
  data(): Promise<ArrayLike<number>>
}

/** What TensorFlow.js hands to a callback. Wrapped handlers get numbers, callback instances get tensors. */
export type TrainingLogs = Record<string, number | PendingScalar>

/** Arguments of a running `fit` or `fitDataset`; the latter leaves some of them null. */
export type TrainingParams = Readonly<Record<string, unknown>>

/** A model; what is there depends on whether it is compiled. */
export interface ModelLike {
  readonly name?: string
  readonly layers?: readonly unknown[]
  readonly metricsNames?: readonly string[]
  readonly trainableWeights?: readonly { readonly shape: readonly (number | null)[] }[]
  countParams?(): number
  summary?(lineLength?: number, positions?: number[], print?: (line: string) => void): void
  save?(handler: { save(artifacts: ModelArtifacts): Promise<object> }): Promise<unknown>
  stopTraining?: boolean
  readonly optimizer?: unknown
  readonly loss?: unknown
  readonly metrics?: unknown
}

/** What a model gives to whoever saves it. */
export interface ModelArtifacts {
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[]
  readonly weightSpecs?: unknown
}

/** A handler object or a callback, whichever of its hooks it has. */
export interface CallbackLike {
  setParams?(params: TrainingParams): void
  setModel?(model: unknown): void
  onTrainBegin?(logs?: TrainingLogs): void | Promise<void>
  onTrainEnd?(logs?: TrainingLogs): void | Promise<void>
  onEpochBegin?(epoch: number, logs?: TrainingLogs): void | Promise<void>
  onEpochEnd?(epoch: number, logs?: TrainingLogs): void | Promise<void>
  onBatchBegin?(batch: number, logs?: TrainingLogs): void | Promise<void>
  onBatchEnd?(batch: number, logs?: TrainingLogs): void | Promise<void>
}

/** The namespace of `@tensorflow/tfjs`, `@tensorflow/tfjs-node` or the like. */
export interface TensorFlowLike {
  readonly CustomCallback: new (handlers: object, yieldEvery?: YieldEvery) => object
  getBackend?(): string
  readonly version?: object
}

/** How often training gives way to the event loop, as in TensorFlow.js; a number is milliseconds. */
export type YieldEvery = 'auto' | 'batch' | 'epoch' | 'never' | number

export const isPendingScalar = (value: unknown): value is PendingScalar =>
  typeof value === 'object' && value !== null && typeof (value as PendingScalar).data === 'function'
