import type { ReadingEntry, TickEntry } from './entry.js'
import { MOST } from './limits.js'

/** What JSON.parse may have made of a line. */
type Fields = Readonly<Record<string, unknown>>

const isFigure = (value: unknown): boolean => typeof value === 'number' && value >= -MOST && value <= MOST
const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MOST
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isRaw = (value: unknown): boolean => value === null || Number.isFinite(value)

/** A name that a copy of the object would not have. */
const isOrdinary = (key: string): boolean => key !== '__proto__'

const areRaws = (value: unknown): boolean => Array.isArray(value) && value.every(isRaw)

const isUsage = (value: unknown): boolean => {
  if (value === null) return true
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return false
  const [busy, capacity, tree, descendants] = value
  const isKnown = value.length === 3 || descendants === null || isFigure(descendants)
  return isFigure(busy) && isFigure(capacity) && isFigure(tree) && isKnown
}

const isDeviceUse = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length !== 6) return false
  const [ours, others, unknown, busy, ourWork, allWork] = value
  return (
    isCount(ours) &&
    isCount(others) &&
    isCount(unknown) &&
    (busy === 0 || busy === 1 || busy === null) &&
    isAmount(ourWork) &&
    isAmount(allWork)
  )
}

const isRecordOf = (value: unknown, isValue: (value: unknown) => boolean): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  for (const key in value) if (!isOrdinary(key) || !isValue((value as Fields)[key])) return false
  return true
}

const isPercent = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 100

const areMeans = (value: unknown): boolean => {
  if (!isRecordOf(value, () => true)) return false
  const { since, raw, ...rest } = value as Fields
  return isCount(since) && isRecordOf(raw, Number.isFinite) && Object.keys(rest).length === 0
}

const TICK: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: value => value === 'tick',
  t: isCount,
  r: areRaws,
  u: isUsage,
  m: areMeans,
  g: value => value === 1 || value === 2,
  p: value => Array.isArray(value) && value.length === 2 && value.every(isCount),
  k: isAmount,
  b: value => isRecordOf(value, isPercent),
  d: value => isRecordOf(value, isDeviceUse),
}

const READING: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: value => value === 'reading',
  t: isCount,
  sensor: value => typeof value === 'string',
  raw: isRaw,
  error: value => typeof value === 'string',
}

const areFields = (value: Fields, fields: typeof TICK): boolean => {
  for (const key in value) if (!Object.hasOwn(fields, key) || !fields[key]!(value[key])) return false
  return true
}

/**
 * Whether a decoded line is a reading as we write them, to the last field. A journal of a week has a million; the
 * schema, which says the same and has the last word on everything else, takes five times as long for each.
 */
export const isPlainReading = (value: unknown): value is TickEntry | ReadingEntry => {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Fields
  if (fields.type === 'tick') {
    return (
      fields.t !== undefined && fields.r !== undefined && fields.u !== undefined && areFields(fields, TICK)
    )
  }
  if (fields.type !== 'reading') return false
  const isWhole = fields.t !== undefined && fields.sensor !== undefined && fields.raw !== undefined
  return isWhole && areFields(fields, READING)
}
