import { describe, expect, it } from 'vitest'
import { createBatchSize } from './batch-size.js'

describe('the size of a batch', () => {
  it('is halved when the server is overwhelmed and grows again step by step', () => {
    const size = createBatchSize()
    size.overwhelmed(1000)
    expect(size.current).toBe(500)
    size.accepted(500)
    expect(size.current).toBe(550)
    for (let index = 0; index < 20; index += 1) size.accepted(size.current)
    expect(size.current).toBe(1000)
  })

  it('does not grow by requests that did not fill it', () => {
    const size = createBatchSize()
    size.overwhelmed(1000)
    size.accepted(10)
    expect(size.current).toBe(500)
  })

  it('never grows beyond what the server takes at most', () => {
    const size = createBatchSize()
    size.capped(250)
    for (let index = 0; index < 20; index += 1) size.accepted(size.current)
    expect(size.current).toBe(250)
  })

  it('stays positive', () => {
    const size = createBatchSize()
    for (let index = 0; index < 20; index += 1) size.overwhelmed(size.current)
    expect(size.current).toBe(1)
  })
})
