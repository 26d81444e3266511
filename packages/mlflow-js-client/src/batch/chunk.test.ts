import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../validation/limits.js'
import { inSendingOrder, takeChunk } from './chunk.js'
import type { BatchItem } from './item.js'

const item = (kind: BatchItem['kind'], key: string, length = 1): BatchItem =>
  kind === 'metric'
    ? { kind, wire: { key, value: 1, timestamp: 1, step: 0 } }
    : { kind, wire: { key, value: 'é'.repeat(length) } }

const chunksOf = (items: readonly BatchItem[], max: number): BatchItem[][] => {
  const chunks: BatchItem[][] = []
  for (let start = 0; start < items.length; ) {
    const chunk = takeChunk(items, start, max)
    chunks.push(chunk)
    start += chunk.length
  }
  return chunks
}

const count = (chunk: readonly BatchItem[], kind: BatchItem['kind']): number =>
  chunk.filter(one => one.kind === kind).length

const items = fc
  .array(fc.tuple(fc.constantFrom('param', 'metric', 'tag'), fc.integer({ min: 1, max: 8000 })), {
    maxLength: 400,
  })
  .map(all => all.map(([kind, length], index) => item(kind as BatchItem['kind'], `k${index}`, length)))

describe('the requests that a batch is cut into', () => {
  it('hold everything once, within all limits, params apart and first', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 1000 }), (all, max) => {
        const ordered = inSendingOrder(all)
        const chunks = chunksOf(ordered, max)
        expect(chunks.flat()).toEqual(ordered)
        expect(new Set(chunks.flat())).toEqual(new Set(all))
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0)
          expect(chunk.length).toBeLessThanOrEqual(max)
          expect(count(chunk, 'metric')).toBeLessThanOrEqual(limits.metricsPerBatch)
          expect(count(chunk, 'param')).toBeLessThanOrEqual(limits.paramsPerBatch)
          expect(count(chunk, 'tag')).toBeLessThanOrEqual(limits.tagsPerBatch)
          expect([0, chunk.length]).toContain(count(chunk, 'param'))
          const bytes = Buffer.byteLength(JSON.stringify(chunk.map(one => one.wire)))
          if (chunk.length > 1) expect(bytes).toBeLessThanOrEqual(limits.bytesPerBatch + 1)
        }
        const lastParam = chunks.findLastIndex(chunk => count(chunk, 'param') > 0)
        const firstOther = chunks.findIndex(chunk => count(chunk, 'param') === 0)
        if (firstOther >= 0) expect(lastParam).toBeLessThan(firstOther)
      }),
      { numRuns: 50 },
    )
  })

  it('are as few as the limits allow', () => {
    const metrics = Array.from({ length: 2500 }, (_, index) => item('metric', `m${index}`))
    expect(chunksOf(metrics, 1000).map(chunk => chunk.length)).toEqual([1000, 1000, 500])
    const mixed = [
      ...metrics.slice(0, 900),
      ...Array.from({ length: 100 }, (_, index) => item('tag', `t${index}`)),
    ]
    expect(chunksOf(mixed, 1000)).toHaveLength(1)
  })
})
