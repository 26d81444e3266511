import type { components } from '../openapi/schema.gen.js'

export type WireKeyValue = components['schemas']['KeyValue']

/** What may stand as the value of a param or tag. The server stores text; anything else is written out. */
export type TextValue = string | number | boolean | bigint | null | Date | readonly unknown[] | object

/** A value as the text that is stored: JSON for lists and objects, ISO 8601 for dates. */
export const textOf = (value: TextValue): string => {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value)
}

export const toKeyValues = (values: Readonly<Record<string, TextValue | undefined>> = {}): WireKeyValue[] =>
  Object.entries(values)
    .filter((entry): entry is [string, TextValue] => entry[1] !== undefined)
    .map(([key, value]) => ({ key, value: textOf(value) }))

export const toRecord = (pairs: readonly WireKeyValue[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
