/**
 * Energy and carbon per epoch in `model.fit` of TensorFlow.js.
 *
 * @module @epochwatt/tensorflowjs-callback
 */

export { type Autolog, type AutologOptions, type AutologTensorFlow, autolog } from './autolog/autolog.js'
export type { Budget, BudgetLimit, BudgetState } from './budget.js'
export { type EnergyCallback, energyCallback } from './energy-callback.js'
export type { InferenceUnit } from './inference/count-units.js'
export {
  type InferenceFigures,
  type InferenceOptions,
  type TrackedInference,
  trackInference,
} from './inference/track-inference.js'
export { type PredictingModel, trackPredict } from './inference/track-predict.js'
export type { EnergyCallbackOptions } from './options.js'
export type { CallbackLike, TensorFlowLike, TrainingLogs, TrainingParams, YieldEvery } from './tensorflow.js'
export { withEnergy } from './with-energy.js'
