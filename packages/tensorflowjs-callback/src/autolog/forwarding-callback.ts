import type { CallbackLike, ModelLike, TrainingParams } from '../tensorflow.js'

/**
 * A callback that becomes another one when it is told its model: TensorFlow.js makes registered callbacks before it
 * says which training they are for. Without another one, every hook does nothing.
 */
export const forwardingCallback = (
  choose: (model: ModelLike) => CallbackLike | undefined,
): Required<CallbackLike> => {
  let params: TrainingParams | undefined
  let chosen: CallbackLike | undefined
  return {
    setParams: given => {
      params = given
    },
    setModel: model => {
      chosen = choose(model as ModelLike)
      if (params) chosen?.setParams?.(params)
      chosen?.setModel?.(model)
    },
    onTrainBegin: logs => chosen?.onTrainBegin?.(logs),
    onTrainEnd: logs => chosen?.onTrainEnd?.(logs),
    onEpochBegin: (epoch, logs) => chosen?.onEpochBegin?.(epoch, logs),
    onEpochEnd: (epoch, logs) => chosen?.onEpochEnd?.(epoch, logs),
    onBatchBegin: (batch, logs) => chosen?.onBatchBegin?.(batch, logs),
    onBatchEnd: (batch, logs) => chosen?.onBatchEnd?.(batch, logs),
  }
}
