import { messageOf } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'
import { Histogram } from '../media/histogram.js'
import { Image } from '../media/image.js'
import { isMedia, type MediaContext } from '../media/media.js'
import { jsonFriendly } from './json-friendly.js'

type Row = { [key: string]: JsonValue }
type ContextOf = (key: string) => MediaContext

/** Longer runs of plain numbers are kept as their distribution, as the Python SDK does with arrays. */
const MAX_INLINE_NUMBERS = 32

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isLongTypedArray = (value: unknown): value is Float64Array =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView) &&
  (value as Float64Array).length > MAX_INLINE_NUMBERS

const loggedValue = (key: string, value: unknown, contextOf: ContextOf): JsonValue | undefined => {
  if (typeof value === 'number' || typeof value === 'string') return value
  if (isMedia(value)) return value.toHistory(contextOf(key))
  if (Array.isArray(value) && value.length > 0 && value.every(isMedia)) {
    if (value.every(item => item instanceof Image)) return Image.listToHistory(value, contextOf(key))
    return value.map(item => item.toHistory(contextOf(key)))
  }
  if (isLongTypedArray(value)) return new Histogram(Array.from(value, Number)).toHistory()
  if (isPlainObject(value)) {
    const object: Row = {}
    for (const [label, item] of Object.entries(value)) {
      const logged = loggedValue(label, item, contextOf)
      if (logged !== undefined) object[label] = logged
    }
    return object
  }
  return jsonFriendly(value)
}

/** What was passed to `log`, as a row. A value that cannot be kept costs a warning and itself, not the row. */
export const loggedRow = (
  data: { readonly [key: string]: unknown },
  contextOf: ContextOf,
  warn: (message: string) => void,
): Row => {
  const row: Row = {}
  for (const key of Object.keys(data)) {
    try {
      const value = loggedValue(key, data[key], contextOf)
      if (value !== undefined) row[key] = value
    } catch (error) {
      warn(`"${key}" is not logged: ${messageOf(error)}`)
    }
  }
  return row
}
