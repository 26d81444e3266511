/**
 * For `node --import @epochwatt/tensorflowjs-callback/autolog train.js`: logs every training of a script that knows
 * nothing of it. Options come from EPOCHWATT_… variables and epochwatt.config.json.
 *
 * @module @epochwatt/tensorflowjs-callback/autolog
 */
import { Module } from 'node:module'
import { checkedSettings } from '../options.js'
import { messageOf, warnUser } from '../warn.js'
import { type Autolog, type AutologTensorFlow, autolog } from './autolog.js'
import { isTensorFlow } from './find-tensorflow.js'

/** Undeclared and for this purpose patched by many: also `import` of a CommonJS module comes through here. */
interface CommonJsLoader {
  _load(this: unknown, request: string, ...rest: unknown[]): unknown
}

/** Package names and paths of files in them. The first two load the third, also where they have another name. */
const TENSORFLOW = /@tensorflow[\\/](?:tfjs|tfjs-node(?:-gpu)?|tfjs-layers)(?:$|[\\/])/

const logged = new Map<object, { readonly log: Autolog; readonly isWhole: boolean }>()

const logTrainingsOf = (tf: AutologTensorFlow): void => {
  const { LayersModel } = tf
  // The layers come first and the whole, which knows its backend, after them.
  const isWhole = typeof tf.getBackend === 'function'
  const known = logged.get(LayersModel)
  if (known && (known.isWhole || !isWhole || !known.log.isActive)) return
  logged.set(LayersModel, { log: autolog(tf), isWhole })
}

// A wrong variable or config file is said here, before the script begins.
checkedSettings({})
const loader = Module as unknown as CommonJsLoader
const load = loader._load
loader._load = function patchedLoad(this: unknown, request, ...rest) {
  const loaded = load.call(this, request, ...rest)
  try {
    if (TENSORFLOW.test(request) && isTensorFlow(loaded)) logTrainingsOf(loaded)
  } catch (error) {
    warnUser('AUTOLOG_ERROR', `trainings cannot be logged: ${messageOf(error)}`)
  }
  return loaded
}
