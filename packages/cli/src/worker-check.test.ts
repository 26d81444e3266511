import { afterEach, describe, expect, it, vi } from 'vitest'
import { checkWorker } from './worker-check.js'

const threads = vi.hoisted(() => ({ refuse: false }))

vi.mock('node:worker_threads', async original => {
  const real = await original<typeof import('node:worker_threads')>()
  class Worker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      if (threads.refuse) throw new Error('threads are forbidden here')
      super(...args)
    }
  }
  return { ...real, Worker }
})

afterEach(() => {
  threads.refuse = false
})

describe('checkWorker', () => {
  it('starts a thread', async () => {
    const check = await checkWorker()
    expect(check.ok).toBe(true)
    expect(check.start_ms).toBeGreaterThanOrEqual(0)
  })

  it('says why none can be started', async () => {
    threads.refuse = true
    expect(await checkWorker()).toEqual({ ok: false, reason: 'threads are forbidden here' })
  })
})
