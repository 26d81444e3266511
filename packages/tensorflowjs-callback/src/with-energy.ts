import { EpochwattError } from '@epochwatt/core'
import { energyCallback, isEnergyCallback } from './energy-callback.js'
import { checkTensorFlow, type EnergyCallbackOptions } from './options.js'
import type { CallbackLike, TensorFlowLike } from './tensorflow.js'

const isCallback = (entry: object): boolean => {
  const { setParams, setModel } = entry as CallbackLike
  return typeof setParams === 'function' && typeof setModel === 'function'
}

/**
 * Makes one list of callbacks out of any mixture of callback instances and plain handler objects, with energy measured.
 *
 * TensorFlow.js takes either instances or handlers, and decides by the first entry: with a mixture it throws, or calls
 * methods of an instance without the instance. Here handlers are wrapped first. Unless the list has an
 * `energyCallback()` already, one is put in front, so that the others see its figures.
 *
 * @param tf The namespace of the TensorFlow.js that made the model.
 * @param callbacks What would be written without this function.
 * @throws OptionError and EpochwattError for options that cannot be.
 * @example
 * await model.fit(x, y, {
 *   epochs: 20,
 *   callbacks: withEnergy(tf, [tf.callbacks.earlyStopping({ monitor: 'loss' })]),
 * })
 */
export const withEnergy = (
  tf: TensorFlowLike,
  callbacks?: object | readonly object[] | null,
  options?: Omit<EnergyCallbackOptions, 'tf'>,
): CallbackLike[] => {
  checkTensorFlow(tf)
  const entries: readonly object[] =
    callbacks == null ? [] : Array.isArray(callbacks) ? callbacks : [callbacks]
  const list = entries.map(entry =>
    isCallback(entry) ? entry : new tf.CustomCallback(entry, options?.yieldEvery),
  )
  if (!entries.some(isEnergyCallback)) {
    list.unshift(energyCallback({ ...options, tf }))
  } else if (options) {
    throw new EpochwattError(
      'OPTION_INVALID',
      'The list has an energyCallback() already: give the options to that one, or leave it out of the list.',
    )
  }
  // Only a first entry of this class makes TensorFlow.js take the list as it is.
  if (!(list[0] instanceof tf.CustomCallback)) list.unshift(new tf.CustomCallback({}, 'never'))
  return list
}
