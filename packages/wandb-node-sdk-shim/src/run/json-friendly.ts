import { WandbError } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'

/** Deeper than anything a person logs, and so the sign of a value that contains itself. */
const MAX_DEPTH = 64

const isTypedArray = (value: object): value is Float64Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)

/** Tensors of TensorFlow.js and alike: their own way to plain arrays. */
const hasArraySync = (value: object): value is { arraySync(): unknown } =>
  'arraySync' in value && typeof value.arraySync === 'function'

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function'

/**
 * `value` as extended JSON, the way W&B's clients make values JSON friendly: dates as ISO text, sets and typed arrays
 * as lists, maps as objects, functions as their name, tensors as nested lists. What has no value (`undefined`) is left
 * out of objects and is null in lists.
 *
 * @throws {WandbError} `USAGE` if the value contains itself.
 */
export const jsonFriendly = (value: unknown, depth = 0): JsonValue | undefined => {
  if (value === undefined || value === null) return value
  if (typeof value === 'function') return value.name || 'function'
  if (typeof value === 'symbol') return value.toString()
  if (typeof value !== 'object') return value as JsonValue
  if (depth > MAX_DEPTH)
    throw new WandbError('USAGE', `A value is nested more than ${MAX_DEPTH} levels deep.`)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (isTypedArray(value)) return Array.from(value as ArrayLike<number | bigint>)
  if (hasArraySync(value)) return jsonFriendly(value.arraySync(), depth + 1)
  if (value instanceof Map) return objectOf(value.entries(), depth)
  if (Array.isArray(value) || value instanceof Set) {
    return Array.from(value, item => jsonFriendly(item, depth + 1) ?? null)
  }
  if (hasToJson(value)) return jsonFriendly(value.toJSON(), depth + 1)
  return objectOf(Object.entries(value), depth)
}

const objectOf = (entries: Iterable<[unknown, unknown]>, depth: number): { [key: string]: JsonValue } => {
  const object: { [key: string]: JsonValue } = {}
  for (const [key, item] of entries) {
    const friendly = jsonFriendly(item, depth + 1)
    // defineProperty semantics: a key called "__proto__" is a key like any other.
    if (friendly !== undefined) Object.defineProperty(object, String(key), property(friendly))
  }
  return object
}

const property = (value: JsonValue) => ({ value, enumerable: true, configurable: true, writable: true })

/** True for `{...}`, which W&B keeps as a tree of values rather than as one value. */
export const isJsonObject = (value: JsonValue | undefined): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `onto` with the values of `from`, objects merged level by level. */
export const mergeJson = (onto: JsonValue | undefined, from: JsonValue): JsonValue => {
  if (!isJsonObject(onto) || !isJsonObject(from)) return from
  const merged = { ...onto }
  for (const [key, value] of Object.entries(from)) merged[key] = mergeJson(onto[key], value)
  return merged
}
