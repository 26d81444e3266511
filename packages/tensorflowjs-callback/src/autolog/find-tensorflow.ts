import type { AutologTensorFlow } from './autolog.js'

const NEEDED = ['LayersModel', 'registerCallbackConstructor', 'CustomCallback'] as const

/** A namespace of TensorFlow.js, by what it has. */
export const isTensorFlow = (value: unknown): value is AutologTensorFlow =>
  typeof value === 'object' &&
  value !== null &&
  NEEDED.every(name => typeof (value as Partial<AutologTensorFlow>)[name] === 'function')

/** TensorFlow.js has no ES modules for Node.js: whoever imports it, it is among the CommonJS modules. */
const loadedModules = (): unknown[] => {
  if (typeof process !== 'object' || typeof process.getBuiltinModule !== 'function') return []
  const { createRequire } = process.getBuiltinModule('node:module')
  // One cache for all; the path is only a form.
  const { cache } = createRequire(process.execPath)
  return Object.values(cache).map(loaded => loaded?.exports)
}

/** Each copy of TensorFlow.js that is loaded, as whole as it can be had: a script's global, or Node's modules. */
export const loadedTensorFlows = (): readonly AutologTensorFlow[] => {
  const { tf } = globalThis as { tf?: unknown }
  const copies = new Map<object, AutologTensorFlow>()
  for (const candidate of [tf, ...loadedModules()]) {
    if (!isTensorFlow(candidate)) continue
    const known = copies.get(candidate.LayersModel)
    // The layers alone do not know their backend.
    if (!known || typeof known.getBackend !== 'function') copies.set(candidate.LayersModel, candidate)
  }
  return [...copies.values()]
}
