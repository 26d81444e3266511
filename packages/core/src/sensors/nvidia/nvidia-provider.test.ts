import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import { discoverDeferred } from '../deferred.js'
import { probeEnvironment } from '../environment.js'
import { nvidiaProvider } from './nvidia-provider.js'

describe('looking for NVIDIA GPUs', () => {
  it('loads nothing on a machine without a driver', () => {
    const machine = createSyntheticMachine()
    const result = nvidiaProvider.probe({ ...probeEnvironment(machine.env), platform: 'linux' }, {})
    machine.dispose()
    expect(result.deferred).toBeUndefined()
    expect(result.unavailable).toEqual([
      { id: 'nvidia', domain: 'gpu', state: 'absent', reason: 'there is no NVIDIA driver' },
    ])
  })

  it('leaves the question to the sampler’s thread where there is a driver', () => {
    const machine = createSyntheticMachine()
    mkdirSync(join(machine.procRoot, 'driver/nvidia'), { recursive: true })
    writeFileSync(join(machine.procRoot, 'driver/nvidia/version'), 'NVRM version: test\n')
    const environment = { ...probeEnvironment(machine.env), platform: 'linux' as const }
    const { sensors, unavailable, deferred } = nvidiaProvider.probe(environment, { wholeMachine: true })
    machine.dispose()
    expect([sensors, unavailable]).toEqual([[], []])
    expect(deferred).toMatchObject([
      {
        provider: 'nvidia',
        unanswered: { id: 'nvidia', domain: 'gpu', state: 'broken' },
        settings: { library: 'libnvidia-ml.so.1', wholeMachine: true },
      },
    ])
    structuredClone(deferred)
  })

  it('says what to do when the library cannot be loaded', () => {
    const environment = probeEnvironment({ EPOCHWATT_NVML_LIBRARY: '/nowhere/libnvidia-ml.so.1' })
    const { deferred } = nvidiaProvider.probe(environment, {})
    const { unavailable } = discoverDeferred(deferred!, { ...environment, platform: 'win32' }, [])
    expect(unavailable.slice(0, 1)).toMatchObject([
      {
        id: 'nvidia',
        state: 'broken',
        reason: expect.stringContaining('NVML cannot be loaded'),
        remedy: expect.stringContaining('EPOCHWATT_NVML_LIBRARY'),
      },
    ])
    // The reason goes into the record, where paths of this machine have no place.
    expect(unavailable[0]!.reason).not.toContain('/nowhere')
  })

  it('turns a probe that nobody knows into a broken sensor instead of throwing', () => {
    const unanswered = { id: 'abacus', domain: 'gpu', state: 'broken', reason: '' } as const
    const probe = { provider: 'abacus', unanswered, settings: {} }
    expect(discoverDeferred([probe], probeEnvironment({}), []).unavailable).toMatchObject([
      { id: 'abacus', reason: expect.stringContaining('abacus') },
    ])
  })
})
