import { describe, expect, it } from 'vitest'
import { BatchTimes } from './batch-times.js'

const timesOf = (...milliseconds: number[]): BatchTimes => {
  const times = new BatchTimes()
  for (const each of milliseconds) times.add(each)
  return times
}

describe('the usual time of a batch', () => {
  it('is unknown from one or two batches', () => {
    expect(timesOf(400).usual()).toBeUndefined()
    expect(timesOf(400, 10).usual()).toBeUndefined()
  })

  it('is not moved by the one that warms up', () => {
    expect(timesOf(400, 10, 12).usual()).toEqual({ median: 12, spread: 2 })
    expect(timesOf(400, 10, 12, 11, 13).usual()).toEqual({ median: 12, spread: 3 })
  })

  it('follows a machine that becomes slower, in bounded memory', () => {
    const times = timesOf(...Array(100).fill(10))
    for (let i = 0; i < 63; i++) times.add(20)
    expect(times.usual()).toEqual({ median: 20, spread: 0 })
  })
})
