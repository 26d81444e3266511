import { describe, expect, it } from 'vitest'
import { BatchWindows } from './batch-windows.js'
import { scriptedTracker } from './testing/scripted-tracker.js'

const train = (batches: number) => {
  const tracker = scriptedTracker()
  const windows = new BatchWindows(tracker)
  let waits = 0
  for (let batch = 0; batch < batches; batch++) {
    windows.begin(0, batch)
    if (!windows.needsEnd) continue
    waits++
    windows.end({ batch, size: 8, loss: 1 / (batch + 1) })
  }
  windows.close()
  return { sampled: tracker.windows.map(({ attributes }) => attributes.batch), tracker, waits }
}

describe('windows of batches', () => {
  it('are there for each of the first fifty, with loss and place', () => {
    const { sampled, tracker } = train(50)
    expect(sampled).toEqual(Array.from({ length: 50 }, (_, batch) => batch))
    expect(tracker.windows[1]).toMatchObject({
      name: 'batch',
      attributes: { epoch: 0, batch: 1 },
      metrics: { loss: 0.5 },
      ended: true,
    })
    expect(tracker.windows[1]?.metrics).not.toHaveProperty('size')
  })

  it('stay few however long a training is, and the device is waited for little oftener', () => {
    const long = train(100_000)
    expect(long.sampled.length).toBeGreaterThan(300)
    expect(long.sampled.length).toBeLessThan(500)
    expect(long.waits).toBeLessThan(2 * long.sampled.length)
    expect(train(1_000_000).sampled.length - long.sampled.length).toBeLessThan(130)
  })

  it('leave none open', () => {
    const tracker = scriptedTracker()
    const windows = new BatchWindows(tracker)
    windows.begin(0, 0)
    windows.close()
    expect(tracker.windows.every(({ ended }) => ended)).toBe(true)
  })
})
