import { keyProblem } from '../src/validation/key-problem.js'
import { cut, limits } from '../src/validation/limits.js'

export type Json = Record<string, unknown>

const isInteger = (value: unknown): boolean =>
  Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value))
const isDouble = (value: unknown): boolean =>
  typeof value === 'number' ||
  (typeof value === 'string' &&
    value.trim() !== '' &&
    (value === 'NaN' || /^-?Infinity$/.test(value) || !Number.isNaN(Number(value))))
const isText = (value: unknown): boolean => typeof value === 'string'

const fieldChecks: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  metrics: { key: isText, value: isDouble, timestamp: isInteger, step: isInteger },
  params: { key: isText, value: isText },
  tags: { key: isText, value: isText },
}

/** What a field is that was never read. */
const unread: Readonly<Record<string, Json>> = {
  metrics: { value: 0, timestamp: 0, step: 0 },
  params: { value: '' },
  tags: { value: '' },
}

const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']

/** The fields of an item up to the first of the wrong type. */
const readItem = (list: string, item: Json): { readonly fields: Json; readonly isWhole: boolean } => {
  const fields: Json = { ...unread[list] }
  for (const [name, value] of Object.entries(item)) {
    // A null is a field that is not there, which is found out later.
    if (value !== null && fieldChecks[list]?.[name]?.(value) === false) return { fields, isWhole: false }
    fields[name] = value
  }
  return { fields, isWhole: true }
}

/** Everything up to the first field of the wrong type, which ends the reading without a word. */
const readBatch = (body: Json): Json => {
  const read: Json = {}
  for (const [list, items] of Object.entries(body)) {
    if (!fieldChecks[list] || !Array.isArray(items)) {
      read[list] = items
      continue
    }
    const kept: Json[] = []
    read[list] = kept
    for (const item of items as Json[]) {
      const { fields, isWhole } = readItem(list, item)
      kept.push(fields)
      if (!isWhole) return read
    }
  }
  return read
}

const cutValues = (body: Json, list: string, limit: number): Json =>
  Array.isArray(body[list])
    ? {
        ...body,
        [list]: (body[list] as Json[]).map(item => ({
          ...item,
          value: item.value === null ? null : cut(String(item.value), limit),
        })),
      }
    : body

/** The body as real servers understand it, which answer 200 in any case. */
export const asServerParses = (route: string, body: Json): Json => {
  if (route === 'runs/update' && !statuses.includes(String(body.status))) {
    const { status: _ignored, ...rest } = body
    return rest
  }
  if (route !== 'runs/log-batch') return body
  const read = readBatch(body)
  return cutValues(cutValues(read, 'params', limits.paramValueLength), 'tags', limits.tagValueLength)
}

const mostOf = {
  metrics: limits.metricsPerBatch,
  params: limits.paramsPerBatch,
  tags: limits.tagsPerBatch,
} as const

/** Why a server refuses a body with 400. */
export const refusalOf = (route: string, body: Json): string | undefined => {
  if (route !== 'runs/log-batch') return undefined
  let total = 0
  for (const [list, most] of Object.entries(mostOf)) {
    const items = (body[list] ?? []) as Json[]
    total += items.length
    if (items.length > most)
      return `A batch logging request can contain at most ${most} ${list}. Got ${items.length} ${list}.`
    for (const { key, value } of items) {
      const problem = keyProblem(String(key))
      if (problem)
        return `Invalid value "${String(key)}" for parameter '${list}[0].name' supplied: ${problem}`
      if (value === null) return `Missing value for required parameter 'value'.`
    }
    const keys = items.map(({ key }) => key)
    if (list === 'params' && new Set(keys).size < keys.length)
      return 'Duplicate parameter keys have been submitted.'
  }
  if (total > limits.itemsPerBatch)
    return `A batch logging request can contain at most ${limits.itemsPerBatch} metrics, params, and tags in total.`
  return undefined
}
