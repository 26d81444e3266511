import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTracking } from './start-tracking.js'

vi.mock('../sampler/worker-sampler.js', () => ({
  startWorkerSampler: () => {
    throw new Error('threads are forbidden here')
  },
}))

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-no-thread-'))
  process.env.EPOCHWATT_NVML_LIBRARY = '/nowhere/libnvidia-ml.so.1'
})
afterEach(() => {
  delete process.env.EPOCHWATT_NVML_LIBRARY
  rmSync(directory, { recursive: true, force: true })
})

it('without a thread a run goes on, and leaves slow drivers alone instead of waiting for them', async () => {
  const tracker = startTracking({ dir: directory, gridIntensity: 100 })
  const record = await tracker.stop()
  expect(record!.warnings.map(({ code }) => code)).toContain('SAMPLER_INLINE')
  expect(record!.sensors.find(({ id }) => id === 'nvidia')).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('no thread that could wait'),
  })
})
