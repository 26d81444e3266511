import { modelFacts } from '../autolog/call-facts.js'
import type { ModelLike } from '../tensorflow.js'
import { type InferenceOptions, type TrackedInference, trackInference } from './track-inference.js'

/** A model as far as it predicts. */
export interface PredictingModel {
  predict(...args: never[]): unknown
}

/**
 * `trackInference` for `model.predict`: energy per sample, a sample being a row of the input. The model stays as it is;
 * call what this returns in its place.
 *
 * @throws as `trackInference`.
 * @example
 * const predict = trackPredict(model, { country: 'FR' })
 * const classes = predict(tf.tensor2d([[0.1, 0.9]]))
 * console.log(predict.figures().energyPerUnitKwh)
 */
export const trackPredict = <M extends PredictingModel>(
  model: M,
  options: Partial<InferenceOptions<M['predict']>> = {},
): TrackedInference<M['predict']> => {
  const predict = ((...args: never[]) => model.predict(...args)) as M['predict']
  const params = options.tracker ? undefined : { ...modelFacts(model as ModelLike), ...options.params }
  return trackInference(predict, { per: 'sample', ...options, ...(params && { params }) })
}
