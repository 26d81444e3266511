import { EpochwattError, OptionError } from '@epochwatt/core'
import { createEnergyCallback, isEnergyCallback } from '../energy-callback.js'
import { failTraining } from '../open-sessions.js'
import { type CallbackSettings, checkedSettings, type EnergyCallbackOptions } from '../options.js'
import type { CallbackLike, ModelLike, TensorFlowLike } from '../tensorflow.js'
import { messageOf, warnOnce } from '../warn.js'
import { datasetFacts, fitFacts, modelFacts } from './call-facts.js'
import { failureReason } from './failure-reason.js'
import { isTensorFlow, loadedTensorFlows } from './find-tensorflow.js'
import { forwardingCallback } from './forwarding-callback.js'
import { type PluginChoice, pluginExporters } from './load-exporter.js'
import { modelFiles, type SavedModels } from './model-files.js'
import { type AutologHandlers, install } from './patch.js'
import { stepRun } from './step-run.js'

/** The namespace of TensorFlow.js as far as `autolog` needs it. */
export interface AutologTensorFlow extends TensorFlowLike {
  readonly LayersModel: { readonly prototype: object }
  registerCallbackConstructor(verbosityLevel: number, callbackConstructor: new () => object): void
}

/** Options of `autolog`: those of `energyCallback`, for every training, and what to keep of each. */
export interface AutologOptions extends Omit<EnergyCallbackOptions, 'tf' | 'tracker'> {
  /** Keep the trained model as `artifacts/model/` in the run's folder. Default true. */
  saveModel?: boolean
  /** Keep the model of the best epoch as `artifacts/best_model/`, by validation loss or what there is. Default false. */
  saveBestModel?: boolean
  /** Send each run to MLflow: true for the server that the environment names, or options of `@epochwatt/mlflow-plugin`. */
  mlflow?: PluginChoice
  /** The same for Weights & Biases and `@epochwatt/wandb-plugin`. */
  wandb?: PluginChoice
}

/** What `autolog` returns. */
export interface Autolog {
  /** False once it was disabled, or another `autolog` of the same TensorFlow.js has taken its place. */
  readonly isActive: boolean
  /** Takes everything back. Trainings that are running are still measured to their end. */
  disable(): Promise<void>
}

/** The wrappers see the model that `fit` is called on, and know what it was called with. */
interface FitCall {
  readonly facts: Readonly<Record<string, string | number | boolean>>
  /** The user put an energy callback of their own into the list. */
  readonly hasOwnCallback: boolean
}

const listsEnergyCallback = (args: unknown): boolean => {
  const { callbacks } = (args ?? {}) as { callbacks?: unknown }
  const entries: unknown[] = Array.isArray(callbacks) ? callbacks : [callbacks]
  return entries.some(entry => typeof entry === 'object' && entry !== null && isEnergyCallback(entry))
}

/** Checked, and apart from what goes to the callback. */
const checkedAutolog = (tf: AutologTensorFlow, options: AutologOptions) => {
  if (!isTensorFlow(tf)) {
    throw new OptionError(
      'tf',
      tf,
      'a namespace with LayersModel, such as import * as tf from "@tensorflow/tfjs"',
    )
  }
  const { saveModel = true, saveBestModel = false, mlflow, wandb, ...rest } = options
  if (typeof saveModel !== 'boolean') throw new OptionError('saveModel', saveModel, 'true or false')
  if (typeof saveBestModel !== 'boolean')
    throw new OptionError('saveBestModel', saveBestModel, 'true or false')
  if ('tracker' in rest)
    throw new OptionError('tracker', rest.tracker, 'only in energyCallback(): here every fit is a run')
  const newExporters = pluginExporters({
    ...(mlflow !== undefined && { mlflow }),
    ...(wandb !== undefined && { wandb }),
  })
  const saved: SavedModels = { final: saveModel, best: saveBestModel }
  // Giving way to the event loop stays what `fit` was told, unless something else is asked for here.
  const settings: CallbackSettings = {
    ...checkedSettings({ yieldEvery: 'never', ...rest, tf }),
    newExporters,
  }
  return { settings, saved }
}

const startAutolog = (tf: AutologTensorFlow, options: AutologOptions): Autolog => {
  const { settings, saved } = checkedAutolog(tf, options)
  const warn = warnOnce()
  const calls = new WeakMap<ModelLike, FitCall>()
  const steps = stepRun(settings, warn)

  const callbackFor = (model: ModelLike): CallbackLike | undefined => {
    const call = calls.get(model)
    if (call?.hasOwnCallback) {
      warn(
        'AUTOLOG_AND_CALLBACK',
        'a training has an energyCallback() of its own: that one measures it, and autolog() leaves it alone',
      )
      return undefined
    }
    const files = modelFiles(model, saved)
    return createEnergyCallback({
      ...settings,
      additions: { params: { ...modelFacts(model), ...call?.facts }, ...files },
    })
  }

  const aroundFit = async <T>(model: ModelLike, call: () => FitCall, train: () => Promise<T>): Promise<T> => {
    // TensorFlow.js refuses a second fit of a model that trains: the first one's call must stay known.
    if (calls.has(model)) return train()
    try {
      calls.set(model, call())
    } catch (error) {
      warn('AUTOLOG_ERROR', `what a training was called with cannot be logged: ${messageOf(error)}`)
    }
    try {
      return await train()
    } catch (error) {
      await failTraining(model, failureReason(error)).catch(() => {})
      throw error
    } finally {
      calls.delete(model)
    }
  }

  const handlers: AutologHandlers = {
    newCallback: () =>
      forwardingCallback(model => {
        try {
          return callbackFor(model)
        } catch (error) {
          warn('AUTOLOG_ERROR', `a training cannot be measured: ${messageOf(error)}`)
          return undefined
        }
      }),
    fit: (model, [x, y, args], train) =>
      aroundFit(
        model,
        () => ({ facts: fitFacts(x, y, args), hasOwnCallback: listsEnergyCallback(args) }),
        train,
      ),
    fitDataset: (model, [dataset, args], train) =>
      aroundFit(
        model,
        () => ({ facts: datasetFacts(dataset), hasOwnCallback: listsEnergyCallback(args) }),
        train,
      ),
    trainOnBatch: (model, _args, train) => steps.around(model, train),
  }
  const installation = install(tf, handlers)
  return {
    get isActive() {
      return installation.isActive()
    },
    disable: async () => {
      installation.remove()
      await steps.finish()
    },
  }
}

/** Of every copy of TensorFlow.js that is loaded. */
const startEverywhere = (options: AutologOptions): Autolog => {
  const copies = loadedTensorFlows()
  if (copies.length === 0) {
    throw new EpochwattError(
      'TENSORFLOW_NOT_FOUND',
      'No TensorFlow.js is loaded yet, or none that can be found. Pass it: import * as tf from "@tensorflow/tfjs"; autolog(tf, options).',
    )
  }
  const logs = copies.map(tf => startAutolog(tf, options))
  return {
    get isActive() {
      return logs.some(({ isActive }) => isActive)
    },
    disable: async () => {
      for (const log of logs) await log.disable()
    },
  }
}

/**
 * Measures and logs every `fit` and `fitDataset` from now on, without a callback in sight: a run for each, with energy
 * and carbon per epoch, optimizer and loss, sizes of data and model, the model's summary and the trained model itself.
 * A training that throws becomes a failed run at once. Calls of `trainOnBatch` become one run of the process.
 *
 * Uses the public `registerCallbackConstructor`, which leaves the user's own callbacks as they are. A second call takes
 * the place of the first. A `fit` with an `energyCallback()` of its own is left to that one.
 *
 * @param tf The namespace of the TensorFlow.js whose models train: `@tensorflow/tfjs`, `@tensorflow/tfjs-node`, …. It
 * may be left out in Node.js, where loaded copies can be found, and in pages with a global `tf`.
 * @throws OptionError and EpochwattError for options that cannot be, for a plugin that is not installed, and where no
 * TensorFlow.js is found. Nothing is thrown into a training.
 * @example
 * import * as tf from '@tensorflow/tfjs'
 * import { autolog } from '@epochwatt/tensorflowjs-callback'
 *
 * autolog(tf, { country: 'FR' })
 * await model.fit(x, y, { epochs: 5 })
 * @example
 * autolog({ mlflow: true, wandb: { project: 'digits' } })
 */
export function autolog(tf: AutologTensorFlow, options?: AutologOptions): Autolog
export function autolog(options?: AutologOptions): Autolog
export function autolog(first: AutologTensorFlow | AutologOptions = {}, options?: AutologOptions): Autolog {
  // Whatever is written in front of options was meant as TensorFlow.js.
  const isNamespace = options !== undefined || 'CustomCallback' in first || 'LayersModel' in first
  return isNamespace
    ? startAutolog(first as AutologTensorFlow, options ?? {})
    : startEverywhere(first as AutologOptions)
}
