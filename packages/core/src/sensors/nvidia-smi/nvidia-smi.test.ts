import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFakeNvidiaSmi, type FakeNvidiaSmi } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { startTracking } from '../../tracker/start-tracking.js'
import { discoverDeferred } from '../deferred.js'
import { probeEnvironment } from '../environment.js'
import { discoverNvidiaSmi } from './discover-nvidia-smi.js'
import { openNvidiaSmi } from './open-nvidia-smi.js'

const LIST = 'GPU-a, NVIDIA T4, 70.00, 30.1, 29.9\nGPU-b, Tesla K40, [N/A], [N/A], 55.00\n'
const OLD_LIST = 'GPU-a, NVIDIA T4, 70.00, 29.9\nGPU-b, Tesla K40, [N/A], 55.00\n'

let smi: FakeNvidiaSmi
const path = process.env.PATH
beforeEach(() => {
  smi = createFakeNvidiaSmi()
  smi.setList(LIST)
  smi.setRows('GPU-a, 60, 59\nGPU-b, [N/A], 140\n')
  process.env.PATH = `${smi.directory}:${path}`
})
afterEach(() => {
  process.env.PATH = path
  delete process.env.EPOCHWATT_NVML_LIBRARY
  smi.dispose()
})

const discover = (env: NodeJS.ProcessEnv = {}, wholeMachine = false) =>
  discoverNvidiaSmi({ ...probeEnvironment(env), platform: 'linux' }, wholeMachine)

describe.skipIf(process.platform === 'win32')('boards by nvidia-smi (not on Windows: named pipes)', () => {
  it('are gauges, without their identities', () => {
    const { sensors, unavailable } = discover()
    expect(unavailable).toEqual([])
    expect(sensors).toMatchObject([
      { id: 'nvidia-smi/0', kind: 'power_gauge', scale: 1, maxPowerWatts: 70 },
      { id: 'nvidia-smi/1', kind: 'power_gauge', maxPowerWatts: 1200 },
    ])
    expect(JSON.stringify(sensors.map(({ settings: _, ...spec }) => spec))).not.toContain('GPU-')
  })

  it('are found with drivers that do not know instantaneous power', () => {
    smi.setOldDriver(true)
    smi.setList(OLD_LIST)
    const { sensors } = discover()
    expect(sensors.map(({ settings }) => settings!.powerColumns)).toEqual([['power.draw'], ['power.draw']])
  })

  it('without any power are broken, not 0 W', () => {
    smi.setList('GPU-a, GRID K1, [N/A], [Not Supported], [N/A]\n')
    expect(discover()).toMatchObject({ sensors: [], unavailable: [{ id: 'nvidia-smi/0', state: 'broken' }] })
  })

  it('count only when the process may use them', () => {
    const env = { CUDA_VISIBLE_DEVICES: '1' }
    expect(discover(env).sensors.map(({ id }) => id)).toEqual(['nvidia-smi/1'])
    expect(discover(env, true).sensors).toHaveLength(2)
    expect(discover({ CUDA_VISIBLE_DEVICES: 'MIG-1' }).sensors).toHaveLength(2)
  })

  it('keep the contract of sensors', async () => {
    const [spec] = discover().sensors
    const warm = openNvidiaSmi(spec!)
    for (let attempt = 0; attempt < 200 && Number.isNaN(warm.read()); attempt++) await sleep(20)
    for (const verify of testSensor({ spec: spec!, open: () => openNvidiaSmi(spec!) }).values()) verify()
    warm.close()
  })

  it('stand in where NVML cannot be loaded, which is said as well', () => {
    const settings = {
      koffi: '/nowhere/koffi.js',
      library: '/nowhere/libnvidia-ml.so.1',
      wholeMachine: false,
    }
    const unanswered = { id: 'nvidia', domain: 'gpu', state: 'broken', reason: '' } as const
    const probe = { provider: 'nvidia', unanswered, settings }
    const environment = { ...probeEnvironment({}), platform: 'linux' as const }
    const withBadKoffi = discoverDeferred([probe], environment, [])
    expect(withBadKoffi.sensors.map(({ id }) => id)).toEqual(['nvidia-smi/0', 'nvidia-smi/1'])
    expect(withBadKoffi.unavailable).toMatchObject([{ id: 'nvidia', state: 'broken' }])
    const { koffi: _, ...withoutKoffi } = settings
    expect(
      discoverDeferred([{ ...probe, settings: withoutKoffi }], environment, []).unavailable,
    ).toMatchObject([{ id: 'nvidia', reason: expect.stringContaining('koffi'), remedy: 'npm install koffi' }])
  })

  it('are unavailable where nvidia-smi is missing', () => {
    process.env.PATH = '/nowhere'
    expect(discover()).toMatchObject({
      sensors: [],
      unavailable: [{ id: 'nvidia-smi', state: 'broken', reason: 'nvidia-smi cannot be run: ENOENT' }],
    })
  })

  describe('in the sampler’s thread', () => {
    let directory: string
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'epochwatt-smi-run-'))
      process.env.EPOCHWATT_NVML_LIBRARY = '/nowhere/libnvidia-ml.so.1'
    })
    afterEach(() => rmSync(directory, { recursive: true, force: true }))

    it('are read by one process, which ends with the run', async () => {
      const tracker = startTracking({
        dir: directory,
        gridIntensity: 100,
        samplingIntervalMs: 100,
        scope: 'machine',
      })
      await sleep(2000)
      const record = await tracker.stop()
      const { kwh } = record!.energy.components.gpu
      const seconds = record!.duration_s * record!.sensors.find(({ id }) => id === 'nvidia-smi/0')!.coverage!
      expect(seconds).toBeGreaterThan(0.5)
      expect((kwh!.value * 3.6e6) / seconds).toBeCloseTo(200, -1)
      const looping = smi.calls().filter(({ args }) => args.includes('--loop-ms'))
      expect(looping).toHaveLength(1)
      expect(() => process.kill(looping[0]!.pid, 0)).toThrow()
      expect(readFileSync(join(tracker.directory, 'samples.jsonl'), 'utf8')).not.toContain('GPU-a')
    })

    it('leave no process behind when theirs is killed', async () => {
      const core = new URL('../../../dist/index.js', import.meta.url).href
      const script = `import(${JSON.stringify(core)}).then(({ startTracking }) => {
        startTracking({ dir: ${JSON.stringify(directory)}, gridIntensity: 100, samplingIntervalMs: 100 })
        setInterval(() => {}, 1000)
      })`
      const child = spawn(process.execPath, ['--eval', script], { stdio: 'ignore' })
      const looping = () => smi.calls().find(({ args }) => args.includes('--loop-ms'))
      for (let attempt = 0; attempt < 300 && !looping(); attempt++) await sleep(20)
      child.kill('SIGKILL')
      const { pid } = looping()!
      const isAlive = (): boolean => {
        try {
          // Once nobody waits for it any more it may stay as a zombie, which writes nothing.
          return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
        } catch {
          return false
        }
      }
      for (let attempt = 0; attempt < 250 && isAlive(); attempt++) await sleep(20)
      expect(isAlive()).toBe(false)
    })
  })
})
