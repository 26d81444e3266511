import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MlflowError } from '../errors/mlflow-error.js'
import { createBatchSize } from './batch-size.js'
import { deliver, type Post } from './deliver.js'
import type { BatchItem } from './item.js'

const metric = (index: number): BatchItem => ({
  kind: 'metric',
  wire: { key: `m${index}`, value: index, timestamp: 1, step: 0 },
})
const metrics = (length: number) => Array.from({ length }, (_, index) => metric(index))

const refusal = new MlflowError('INVALID_PARAMETER_VALUE', 'bad item', { status: 400 })
const silence = new MlflowError('REQUEST_TIMEOUT', 'silence', { isRetryable: true })

/** A server that stores a request as a whole, unless `judge` has something against it. */
const server = (judge: (items: readonly BatchItem[]) => MlflowError | undefined) => {
  const stored: BatchItem[] = []
  const sizes: number[] = []
  const post: Post = async items => {
    sizes.push(items.length)
    const error = judge(items)
    if (error) throw error
    stored.push(...items)
  }
  return { post, stored, sizes }
}

describe('delivery', () => {
  it('stores all but the refused items, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        fc.infiniteStream(fc.nat(20)),
        async (length, dice) => {
          const items = metrics(length)
          const bad = new Set(items.filter(() => dice.next().value === 0))
          const { post, stored } = server(sent => (sent.some(item => bad.has(item)) ? refusal : undefined))
          const rejections = await deliver(items, post, createBatchSize())
          expect(new Set(rejections.map(rejection => rejection.item))).toEqual(bad)
          expect(stored).toEqual(items.filter(item => !bad.has(item)))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('finds one bad item among a thousand in about twice ten requests', async () => {
    const bad = metric(-1)
    const items = [...metrics(600), bad, ...metrics(399)]
    const { post, sizes } = server(sent => (sent.includes(bad) ? refusal : undefined))
    await expect(deliver(items, post, createBatchSize())).resolves.toEqual([{ item: bad, error: refusal }])
    expect(sizes.length).toBeLessThanOrEqual(21)
  })

  it('learns the largest batch that a server takes', async () => {
    const { post, stored, sizes } = server(sent => (sent.length > 200 ? refusal : undefined))
    const size = createBatchSize()
    await expect(deliver(metrics(5000), post, size)).resolves.toEqual([])
    expect(stored).toHaveLength(5000)
    expect(size.current).toBe(125)
    expect(sizes.filter(length => length > 200).length).toBeLessThanOrEqual(7)
  })

  it('sends less at once to a server that falls silent, and more again later', async () => {
    let isSlow = true
    const { post, stored } = server(sent => (isSlow && sent.length > 300 ? silence : undefined))
    const size = createBatchSize()
    await deliver(metrics(1000), post, size)
    expect(stored).toHaveLength(1000)
    const learnt = size.current
    expect(learnt).toBeLessThanOrEqual(300)
    isSlow = false
    await deliver(metrics(5000), post, size)
    expect(size.current).toBeGreaterThan(learnt)
  })

  it('does not split what is small: silence is then no matter of size', async () => {
    const { post, sizes } = server(() => silence)
    await expect(deliver(metrics(50), post, createBatchSize())).rejects.toBe(silence)
    expect(sizes).toEqual([50])
  })

  it('halves what is too large for a gateway', async () => {
    const tooLarge = new MlflowError('REQUEST_TOO_LARGE', 'too large', { status: 413 })
    const { post, stored } = server(sent => (sent.length > 3 ? tooLarge : undefined))
    await deliver(metrics(20), post, createBatchSize())
    expect(stored).toHaveLength(20)
  })

  it.each([
    [
      'a deleted run',
      new MlflowError('INVALID_PARAMETER_VALUE', "must be in the 'active' state", { status: 400 }),
    ],
    ['missing rights', new MlflowError('PERMISSION_DENIED', 'no', { status: 403 })],
    ['a missing run', new MlflowError('RESOURCE_DOES_NOT_EXIST', 'no', { status: 404 })],
  ])('ends at once at %s', async (_, error) => {
    const { post, sizes } = server(() => error)
    await expect(deliver(metrics(100), post, createBatchSize())).rejects.toBe(error)
    expect(sizes).toEqual([100])
  })

  it('does not ask about each item when a server refuses everything', async () => {
    const { post, sizes } = server(() => refusal)
    const rejections = await deliver(metrics(1000), post, createBatchSize())
    expect(rejections).toHaveLength(1000)
    expect(sizes.length).toBeLessThan(450)
  })

  it('keeps metrics from being held up by a refused param', async () => {
    const param: BatchItem = { kind: 'param', wire: { key: 'p', value: 'other' } }
    const { post, stored } = server(sent => (sent.includes(param) ? refusal : undefined))
    const rejections = await deliver([...metrics(10), param], post, createBatchSize())
    expect(rejections.map(rejection => rejection.item)).toEqual([param])
    expect(stored).toHaveLength(10)
  })
})
