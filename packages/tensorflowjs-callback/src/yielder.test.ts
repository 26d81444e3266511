import { describe, expect, it, vi } from 'vitest'
import type { TensorFlowLike, YieldEvery } from './tensorflow.js'
import { createYielder } from './yielder.js'

const batchesThatYield = (every: YieldEvery, times: readonly number[]): number[] => {
  let now = 0
  const yielder = createYielder(every, undefined, () => now)
  return times.filter(time => {
    now = time
    return yielder.afterBatch() !== undefined
  })
}

describe('createYielder', () => {
  it.each<[YieldEvery, number[]]>([
    ['auto', [125, 260]],
    [40, [50, 100, 150, 200, 260]],
    [0, [50, 100, 124, 125, 150, 200, 260]],
    ['batch', [50, 100, 124, 125, 150, 200, 260]],
    ['epoch', []],
    ['never', []],
  ])('%s', (every, expected) => {
    expect(batchesThatYield(every, [50, 100, 124, 125, 150, 200, 260])).toEqual(expected)
  })

  it("yields after epochs only with 'epoch'", async () => {
    expect(createYielder('auto').afterEpoch()).toBeUndefined()
    await expect(createYielder('epoch').afterEpoch()).resolves.toBeUndefined()
  })

  it('waits in the way of the TensorFlow.js in use', async () => {
    const nextFrame = vi.fn(async () => {})
    const tf: TensorFlowLike = { CustomCallback: class {}, nextFrame }
    await createYielder('batch', tf).afterBatch()
    expect(nextFrame).toHaveBeenCalledTimes(1)
  })
})
