import type { RecordBody } from './record-body.js'

// Protobuf tags: field number << 3 | wire type (0 varint, 2 length-delimited).
const TAG_NUM = 0x08
const TAG_HISTORY = 0x12
const TAG_SUMMARY = 0x1a
const TAG_ITEM = 0x0a
const TAG_STEP = 0x12
const TAG_STEP_NUM = 0x08
const TAG_KEY = 0x0a
const TAG_VALUE_JSON = [0x82, 0x01] as const

const varintBytes = (value: number): number => {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

const writeVarint = (into: Buffer, value: number, at: number): number => {
  let rest = value
  let next = at
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) into[next++] = (rest % 0x80) | 0x80
  into[next++] = rest
  return next
}

const writeText = (into: Buffer, text: string, bytes: number, at: number): number => {
  const next = writeVarint(into, bytes, at)
  into.write(text, next, bytes, 'utf8')
  return next + bytes
}

interface Item {
  readonly key?: string
  readonly nestedKey?: readonly string[]
  readonly valueJson?: string
}

/**
 * The two records written for every logged row, encoded without the reflection of the protobuf runtime, which takes
 * about fifteen times as long. Undefined for the shapes that only files of others have (nested keys, removals).
 */
export const encodeItemsRecord = (
  num: number,
  body: Extract<RecordBody, { case: 'history' | 'summary' }>,
): Uint8Array | undefined => {
  const isHistory = body.case === 'history'
  const items: readonly Item[] = (isHistory ? body.value.item : body.value.update) ?? []
  if (!isHistory && body.value.remove?.length) return undefined

  const sizes = new Array<number>(items.length * 3)
  let bodyBytes = 0
  for (let index = 0; index < items.length; index++) {
    const { key, valueJson, nestedKey } = items[index]!
    if (nestedKey?.length || !key || !valueJson) return undefined
    const keyBytes = Buffer.byteLength(key)
    const valueBytes = Buffer.byteLength(valueJson)
    const itemBytes = 3 + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes
    sizes[index * 3] = keyBytes
    sizes[index * 3 + 1] = valueBytes
    sizes[index * 3 + 2] = itemBytes
    bodyBytes += 1 + varintBytes(itemBytes) + itemBytes
  }
  const step = isHistory && body.value.step ? Number(body.value.step.num ?? 0) : undefined
  // Proto3 leaves out a zero: step 0 is an empty message.
  const stepBytes = step ? 1 + varintBytes(step) : 0
  if (step !== undefined) bodyBytes += 2 + stepBytes

  const out = Buffer.allocUnsafe(2 + varintBytes(num) + varintBytes(bodyBytes) + bodyBytes)
  out[0] = TAG_NUM
  let at = writeVarint(out, num, 1)
  out[at++] = isHistory ? TAG_HISTORY : TAG_SUMMARY
  at = writeVarint(out, bodyBytes, at)
  for (let index = 0; index < items.length; index++) {
    out[at++] = TAG_ITEM
    at = writeVarint(out, sizes[index * 3 + 2]!, at)
    out[at++] = TAG_KEY
    at = writeText(out, items[index]!.key!, sizes[index * 3]!, at)
    out[at++] = TAG_VALUE_JSON[0]
    out[at++] = TAG_VALUE_JSON[1]
    at = writeText(out, items[index]!.valueJson!, sizes[index * 3 + 1]!, at)
  }
  if (step !== undefined) {
    out[at++] = TAG_STEP
    out[at++] = stepBytes
    if (step) {
      out[at++] = TAG_STEP_NUM
      writeVarint(out, step, at)
    }
  }
  return out
}
