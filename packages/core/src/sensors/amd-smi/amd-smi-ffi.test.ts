// The real road to AMD SMI, koffi and C calls included, with a library that stands for AMD's.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AmdSmiStub,
  amdgpuChip,
  buildAmdSmiStub,
  createSyntheticMachine,
  findCompiler,
  type SyntheticMachine,
} from '@epochwatt/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { startTracking } from '../../tracker/start-tracking.js'
import { discoverDeferred } from '../deferred.js'
import { probeEnvironment } from '../environment.js'
import { loadKoffi } from '../koffi.js'
import { openSensors } from '../openers.js'
import { discoverSensors } from '../registry.js'
import { amdSmiProvider } from './amd-smi-provider.js'
import { bindAmdSmi } from './bind-amd-smi.js'
import { discoverGpus } from './discover-amd-smi.js'

const compiler = findCompiler()
const KOFFI = createRequire(import.meta.url).resolve('koffi')

describe.skipIf('missing' in compiler)(
  `AMD SMI by FFI${'missing' in compiler ? ` (skipped: ${compiler.missing})` : ''}`,
  () => {
    let stub: AmdSmiStub
    let machine: SyntheticMachine
    beforeAll(() => {
      if ('path' in compiler) stub = buildAmdSmiStub(compiler.path, KOFFI)
    })
    afterAll(() => stub?.dispose())
    beforeEach(() => {
      stub.setGpus(2)
      stub.set(0, 1_000_000, 300)
      stub.set(1, 2_000_000, 200)
      machine = createSyntheticMachine()
    })
    afterEach(() => machine.dispose())

    const environmentOf = () => probeEnvironment({ ...machine.env, EPOCHWATT_AMD_SMI_LIBRARY: stub.path })

    const smi = () => {
      const bound = bindAmdSmi(loadKoffi(KOFFI), stub.path)
      bound.init()
      return bound
    }

    const addChip = (address: string, index: number, watts: number): void => {
      machine.addDevice(amdgpuChip({ address, index, watts }))
    }

    const discover = () => {
      const environment = environmentOf()
      const { sensors, deferred } = discoverSensors(environment)
      const amd = deferred.filter(({ provider }) => provider === 'amd-smi')
      return { environment, gauges: sensors, ...discoverDeferred(amd, environment, sensors) }
    }

    it('reads names, addresses and counters beyond 32 bits', () => {
      stub.setAddress(1, 0x10, 0xc1, 0x1f, 7)
      stub.set(1, 5_000_000_000, 0)
      const [first, second] = smi().gpus()
      expect(first!.name()).toBe('AMD Instinct MI210')
      expect([first!.pciAddress(), second!.pciAddress()]).toEqual(['0000:03:00.0', '0010:c1:1f.7'])
      const { accumulator, microjoulesPerStep } = second!.energy()
      expect(microjoulesPerStep).toBeCloseTo(15.259, 3)
      expect((accumulator * microjoulesPerStep) / 1e6).toBeCloseTo(5_000_000_000, -3)
    })

    it('takes a missing function for a feature that the library lacks', () => {
      expect(() => bindAmdSmi(loadKoffi(KOFFI), stub.path).gpus()).not.toThrow()
      stub.setStatus(0, 2)
      const { sensors, unavailable } = discoverGpus(smi(), { koffi: KOFFI, library: stub.path }, [])
      expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/1'])
      expect(unavailable[0]).toMatchObject({ id: 'amd-smi/0', reason: 'it has no energy counter' })
    })

    it('keeps the contract of sensors', () => {
      const { environment, sensors } = discover()
      const spec = sensors[0]!
      const check = {
        spec,
        open: () => openSensors([spec], environment)[0]!,
        fail: () => stub.setStatus(0, 31),
        recover: () => stub.setStatus(0, 0),
      }
      for (const verify of testSensor(check).values()) verify()
    })

    it('follows a driver that was loaded anew', () => {
      const { environment, sensors } = discover()
      let nowMs = 0
      const [counter] = openSensors(sensors, environment, { now: () => nowMs })
      const before = counter!.read()
      const inits = stub.inits()
      stub.reload()
      nowMs += 1000
      const after = counter!.read()
      counter!.close()
      expect(stub.inits()).toBe(inits + 1)
      expect(before).toBeGreaterThan(0)
      expect(after).toBeLessThan(before)
    })

    describe('its self-check of half a second', () => {
      it('believes counters that agree with the gauges of hwmon, or have none', () => {
        addChip('0000:03:00.0', 0, 310)
        const { sensors, unavailable } = discover()
        expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/0', 'amd-smi/1'])
        expect(sensors[0]!.scale).toBeCloseTo(15.259e-6, 9)
        expect(unavailable).toEqual([])
      })

      it('drops a counter that is frozen, and the gauge remains', () => {
        addChip('0000:03:00.0', 0, 310)
        stub.setFrozen(0, true)
        const { sensors, unavailable, gauges } = discover()
        expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/1'])
        expect(unavailable[0]).toMatchObject({
          id: 'amd-smi/0',
          state: 'broken',
          reason: expect.stringMatching(/did not advance in 0\.\d s while its gauge says 310 W/),
        })
        expect(gauges.map(({ id }) => id)).toContain('hwmon/amdgpu@0000:03:00.0/power1')
      })

      it('drops the second die of a board, whose energy the first one shows', () => {
        stub.set(0, 1000, 500)
        stub.set(1, 0, 0)
        const { sensors, unavailable } = discover()
        expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/0'])
        expect(unavailable[0]!.reason).toContain('second die')
      })

      it('drops a counter that contradicts its gauge', () => {
        addChip('0000:03:00.0', 0, 12)
        const { sensors, unavailable } = discover()
        expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/1'])
        expect(unavailable[0]!.reason).toMatch(/says \d+ W while its gauge says 12\.0 W/)
      })

      it('counts partitions of one GPU once', () => {
        stub.setAddress(1, 0, 3, 0, 1)
        const { sensors, unavailable } = discover()
        expect(sensors.map(({ id }) => id)).toEqual(['amd-smi/0'])
        expect(unavailable[0]!.reason).toContain('counted already')
      })
    })

    it('never counts a board by AMD SMI and by hwmon at once: in the sampler’s thread', async () => {
      addChip('0000:03:00.0', 0, 300)
      addChip('0000:43:00.0', 1, 200)
      mkdirSync(join(machine.sysfsRoot, 'module/amdgpu'), { recursive: true })
      const directory = mkdtempSync(join(tmpdir(), 'epochwatt-amd-smi-'))
      const before = { ...process.env }
      Object.assign(process.env, machine.env, { EPOCHWATT_AMD_SMI_LIBRARY: stub.path })
      try {
        const options = { gridIntensity: 100, scope: 'machine', samplingIntervalMs: 200 } as const
        const tracker = startTracking({ ...options, dir: directory })
        await sleep(2500)
        const record = await tracker.stop()
        const states = Object.fromEntries(
          record!.sensors.filter(({ hw_type }) => hw_type === 'gpu').map(({ id, state }) => [id, state]),
        )
        expect(states).toMatchObject({
          'amd-smi/0': 'used',
          'amd-smi/1': 'used',
          'hwmon/amdgpu@0000:03:00.0/power1': 'superseded',
          'hwmon/amdgpu@0000:43:00.0/power1': 'superseded',
        })
        const { coverage } = record!.sensors.find(({ id }) => id === 'amd-smi/0')!
        const joules = record!.energy.components.gpu.kwh!.value * 3.6e6
        expect(joules / (500 * record!.duration_s * coverage!)).toBeCloseTo(1, 1)
        const journal = ['events.jsonl', 'samples.jsonl', 'record.json'].map(file =>
          readFileSync(join(tracker.directory, file), 'utf8'),
        )
        expect(journal.join('')).not.toMatch(/libamd_smi|koffi/)
      } finally {
        for (const name of ['EPOCHWATT_SYSFS_ROOT', 'EPOCHWATT_PROC_ROOT', 'EPOCHWATT_AMD_SMI_LIBRARY']) {
          if (before[name] === undefined) delete process.env[name]
          else process.env[name] = before[name]
        }
        rmSync(directory, { recursive: true, force: true })
      }
    })

    it('says what to do when the library cannot be loaded', () => {
      const environment = probeEnvironment({
        ...machine.env,
        EPOCHWATT_AMD_SMI_LIBRARY: '/nowhere/libamd_smi.so',
      })
      const { deferred } = amdSmiProvider.probe(environment, {})
      const { unavailable } = discoverDeferred(deferred!, environment, [])
      expect(unavailable[0]).toMatchObject({ id: 'amd-smi', state: 'broken' })
      expect(unavailable[0]!.reason).toContain('cannot be loaded')
      expect(unavailable[0]!.reason).not.toContain('/nowhere')
    })
  },
)

describe('where AMD SMI is not installed', () => {
  it('is no word said without AMD’s driver, and the remedy with it', () => {
    const machine = createSyntheticMachine()
    const probe = () => amdSmiProvider.probe(probeEnvironment(machine.env), {})
    expect(probe()).toEqual({ sensors: [], unavailable: [] })
    mkdirSync(join(machine.sysfsRoot, 'module/amdgpu'), { recursive: true })
    expect(probe().unavailable[0]).toMatchObject({
      id: 'amd-smi',
      state: 'absent',
      remedy: expect.stringContaining('EPOCHWATT_AMD_SMI_LIBRARY'),
    })
    machine.dispose()
  })
})
