import { afterEach, describe, expect, it, vi } from 'vitest'
import type { YieldEvery } from './tensorflow.js'
import { createYielder } from './yielder.js'

const batchesThatYield = (every: YieldEvery, times: readonly number[]): number[] => {
  let now = 0
  const yielder = createYielder(every, () => now)
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

  afterEach(() => vi.unstubAllGlobals())

  it("yields after epochs only with 'epoch'", async () => {
    expect(createYielder('auto').afterEpoch()).toBeUndefined()
    await expect(createYielder('epoch').afterEpoch()).resolves.toBeUndefined()
  })

  it('waits for a frame in a page that is seen', async () => {
    const requestAnimationFrame = vi.fn((frame: () => void) => setImmediate(frame))
    vi.stubGlobal('requestAnimationFrame', requestAnimationFrame)
    await createYielder('batch').afterBatch()
    expect(requestAnimationFrame).toHaveBeenCalledTimes(1)
  })

  it('goes on in a page that is hidden, where frames never come', async () => {
    const requestAnimationFrame = vi.fn()
    vi.stubGlobal('requestAnimationFrame', requestAnimationFrame)
    vi.stubGlobal('document', { visibilityState: 'hidden' })
    await createYielder('batch').afterBatch()
    expect(requestAnimationFrame).not.toHaveBeenCalled()
  })

  it('goes on in a page that was hidden while it waited', async () => {
    vi.stubGlobal('requestAnimationFrame', () => {})
    await createYielder('batch').afterBatch()
  })
})
