import { describe, expect, it } from 'vitest'
import { BatchTimes } from './batch-times.js'

const timesOf = (...milliseconds: number[]): BatchTimes => {
  const times = new BatchTimes()
  for (const each of milliseconds) times.add(each)
  return times
}

describe('the usual time of a batch', () => {
  it('is unknown from one or two batches', () => {
    expect(timesOf(400).median()).toBeUndefined()
    expect(timesOf(400, 10).median()).toBeUndefined()
  })

  it('is not moved by the one that warms up', () => {
    expect(timesOf(400, 10, 12).median()).toBe(12)
    expect(timesOf(400, 10, 12, 11).median()).toBe(11.5)
  })

  it('follows a machine that becomes slower, in bounded memory', () => {
    const times = timesOf(...Array(100).fill(10))
    for (let i = 0; i < 63; i++) times.add(20)
    expect(times.median()).toBe(20)
  })
})
