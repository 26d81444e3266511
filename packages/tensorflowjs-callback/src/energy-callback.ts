import type { RunRecord } from '@epochwatt/core'
import { createHooks } from './hooks.js'
import { type CallbackSettings, checkedSettings, type EnergyCallbackOptions } from './options.js'
import type { TensorFlowLike, TrainingLogs, TrainingParams } from './tensorflow.js'

/**
 * What goes into `callbacks` of `fit` and `fitDataset`. All members are the object's own: TensorFlow.js takes handlers
 * off the object and calls them elsewhere, and an inherited one would make it call itself without end.
 */
export interface EnergyCallback {
  /** Record of the `fit` that ended last. Undefined before, when switched off, and with a `tracker` of one's own. */
  record: RunRecord | undefined
  setParams(params: TrainingParams): void
  setModel(model: unknown): void
  onTrainBegin(logs?: TrainingLogs): Promise<void>
  onTrainEnd(logs?: TrainingLogs): Promise<void>
  onEpochBegin(epoch: number, logs?: TrainingLogs): Promise<void>
  onEpochEnd(epoch: number, logs?: TrainingLogs): Promise<void>
  /** Undefined until TensorFlow.js uses the object as it is: as a mere handler it would cost a download a batch. */
  onBatchBegin?: (batch: number, logs?: TrainingLogs) => Promise<void>
  onBatchEnd?: (batch: number, logs?: TrainingLogs) => Promise<void>
}

/** Known to every copy of this package. */
const MARK = Symbol.for('epochwatt.energy-callback')

export const isEnergyCallback = (value: object): value is EnergyCallback => Object.hasOwn(value, MARK)

export const createEnergyCallback = (settings: CallbackSettings): EnergyCallback => {
  // Made without handlers, so that what it inherits does nothing; every hook is then covered by an own one.
  const callback = (settings.tf ? new settings.tf.CustomCallback({}, 'never') : {}) as EnergyCallback
  Object.defineProperty(callback, MARK, { value: true })
  return Object.assign(callback, createHooks(callback, settings))
}

/**
 * Measures the energy and carbon of every epoch of `model.fit` and `model.fitDataset`.
 *
 * Each epoch's logs, and so `history.history`, get `energy_kwh` (kWh attributed to the run) and `carbon_g`
 * (operational gCO2e); NaN where a figure is unknown. Each `fit` becomes a run below `.epochwatt/`.
 *
 * Without `tf` it works alone, beside plain handler objects, and after callback instances. With `tf` it is an instance
 * of that copy's `CustomCallback`: it works beside and before other instances, knows the model and can stop it.
 * `withEnergy(tf, callbacks)` makes any mixture work.
 *
 * @throws OptionError and EpochwattError for options that cannot be. Nothing is thrown later.
 * @example
 * await model.fit(x, y, { epochs: 5, callbacks: energyCallback() })
 * @example
 * await model.fit(x, y, {
 *   epochs: 50,
 *   callbacks: [energyCallback({ tf, country: 'FR' }), tf.callbacks.earlyStopping({ monitor: 'loss' })],
 * })
 */
export function energyCallback<TF extends TensorFlowLike>(
  options: EnergyCallbackOptions & { tf: TF },
): EnergyCallback & InstanceType<TF['CustomCallback']>
export function energyCallback(options?: EnergyCallbackOptions): EnergyCallback
export function energyCallback(options: EnergyCallbackOptions = {}): EnergyCallback {
  return createEnergyCallback(checkedSettings(options))
}
