import type { CallbackLike, ModelLike } from '../tensorflow.js'
import type { AutologTensorFlow } from './autolog.js'
import { forwardingCallback } from './forwarding-callback.js'

type Method = (this: ModelLike, ...args: unknown[]) => Promise<unknown>
type Around = (model: ModelLike, args: readonly unknown[], call: () => Promise<unknown>) => Promise<unknown>

/** What is done around the methods of a model, and the callback that each `fit` gets. */
export interface AutologHandlers {
  newCallback(): CallbackLike
  readonly fit: Around
  readonly fitDataset: Around
  readonly trainOnBatch: Around
}

const METHODS = ['fit', 'fitDataset', 'trainOnBatch'] as const

/** On the prototype, where every copy of this package finds it. */
const STATE = Symbol.for('epochwatt.autolog')

interface AutologState {
  /** Undefined while switched off. */
  handlers: AutologHandlers | undefined
  /** Puts the methods back. Undefined while they are in place. */
  unwrap: (() => void) | undefined
}

type Prototype = Record<(typeof METHODS)[number], Method> & { [STATE]?: AutologState }

const nothing: CallbackLike = forwardingCallback(() => undefined)

const wrap = (prototype: Prototype, name: (typeof METHODS)[number], state: AutologState): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(prototype, name)!
  const original = prototype[name]
  function wrapper(this: ModelLike, ...args: unknown[]): Promise<unknown> {
    const call = (): Promise<unknown> => original.apply(this, args)
    return state.handlers ? state.handlers[name](this, args, call) : call()
  }
  Object.defineProperty(wrapper, 'name', { value: name })
  Object.defineProperty(prototype, name, { ...before, value: wrapper })
  return () => {
    // Somebody wrapped it again: then ours stays below, and lets everything through.
    if (prototype[name] === wrapper) Object.defineProperty(prototype, name, before)
  }
}

const createState = (tf: AutologTensorFlow, prototype: Prototype): AutologState => {
  const state: AutologState = { handlers: undefined, unwrap: undefined }
  // It cannot be unregistered, and registering twice is an error: one for good, which may have nothing to give.
  function AutologCallback(): CallbackLike {
    return state.handlers?.newCallback() ?? nothing
  }
  tf.registerCallbackConstructor(0, AutologCallback as unknown as new () => object)
  Object.defineProperty(prototype, STATE, { value: state })
  return state
}

/** Puts handlers in place of whatever other ones there are. The methods are wrapped once, however often this is called. */
export const install = (
  tf: AutologTensorFlow,
  handlers: AutologHandlers,
): { isActive(): boolean; remove(): void } => {
  const prototype = tf.LayersModel.prototype as Prototype
  const state = prototype[STATE] ?? createState(tf, prototype)
  state.handlers = handlers
  if (!state.unwrap) {
    const undo = METHODS.map(name => wrap(prototype, name, state))
    state.unwrap = () => {
      for (const each of undo) each()
    }
  }
  const isActive = (): boolean => state.handlers === handlers
  return {
    isActive,
    remove: () => {
      if (!isActive()) return
      state.handlers = undefined
      state.unwrap?.()
      state.unwrap = undefined
    },
  }
}
