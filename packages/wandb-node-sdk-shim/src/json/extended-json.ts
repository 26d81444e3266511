/**
 * JSON as W&B speaks it: `NaN`, `Infinity` and `-Infinity` stand bare where a number may stand. `JSON.stringify`
 * would turn them into null, and `JSON.parse` refuses them.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue }

/** True for what `JSON.stringify` writes as W&B would. */
const isPlain = (value: JsonValue): boolean => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'bigint') return false
  if (value === null || typeof value !== 'object') return true
  return Array.isArray(value) ? value.every(isPlain) : Object.values(value).every(isPlain)
}

/**
 * `value` as extended JSON, without spaces. Big integers are written as plain digits.
 *
 * @example
 * ```ts
 * stringifyExtended({ loss: Number.NaN }) // '{"loss":NaN}'
 * ```
 */
export const stringifyExtended = (value: JsonValue): string => {
  // For finite numbers String and JSON.stringify agree.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (isPlain(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(stringifyExtended).join(',')}]`
  const entries = Object.entries(value as { [key: string]: JsonValue })
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stringifyExtended(item)}`).join(',')}}`
}

// A string literal, to step over, or one of the three words.
const WORDS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g
const MARK = '\u0000number'

/**
 * Parses extended JSON, and so any JSON.
 *
 * @throws {SyntaxError} if `text` is neither.
 *
 * @example
 * ```ts
 * parseExtended('{"loss":NaN}') // { loss: NaN }
 * ```
 */
export const parseExtended = (text: string): JsonValue => {
  if (!text.includes('N') && !text.includes('I')) return JSON.parse(text) as JsonValue
  const marked = text.replace(WORDS, word =>
    word.startsWith('"') ? word : `{${JSON.stringify(MARK)}:"${word}"}`,
  )
  return JSON.parse(marked, (_key, value: JsonValue) =>
    typeof value === 'object' && value !== null && MARK in value
      ? Number((value as { [MARK]: string })[MARK])
      : value,
  ) as JsonValue
}
