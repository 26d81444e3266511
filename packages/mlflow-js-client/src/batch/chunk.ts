import { limits } from '../validation/limits.js'
import type { BatchItem } from './item.js'

const order = { param: 0, metric: 1, tag: 2 } as const

/** Params first and apart: one that is refused would keep the metrics of its request from being stored. */
export const inSendingOrder = (items: readonly BatchItem[]): BatchItem[] =>
  [...items].sort((a, b) => order[a.kind] - order[b.kind])

const limitOf = {
  param: limits.paramsPerBatch,
  metric: limits.metricsPerBatch,
  tag: limits.tagsPerBatch,
} as const

const encoder = new TextEncoder()
const bytesOf = (item: BatchItem): number => encoder.encode(JSON.stringify(item.wire)).length + 1

/** As many items from `start` as one request may hold; at least one. */
export const takeChunk = (items: readonly BatchItem[], start: number, maxItems: number): BatchItem[] => {
  const counts = { param: 0, metric: 0, tag: 0 }
  const chunk: BatchItem[] = []
  let bytes = 0
  for (let index = start; index < items.length; index += 1) {
    const item = items[index] as BatchItem
    const isApart = (item.kind === 'param') !== (chunk[0]?.kind === 'param')
    bytes += bytesOf(item)
    if (chunk.length > 0) {
      const isFull = chunk.length >= maxItems || counts[item.kind] >= limitOf[item.kind]
      if (isFull || isApart || bytes > limits.bytesPerBatch) break
    }
    counts[item.kind] += 1
    chunk.push(item)
  }
  return chunk
}
