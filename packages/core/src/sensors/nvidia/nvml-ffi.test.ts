// The real road to NVML, koffi and C structs included, with a library that stands for NVIDIA's.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildNvmlStub, findCompiler, type NvmlStub } from '@epochwatt/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Meter } from '../../meter/meter.js'
import type { RunRecord } from '../../record/record.js'
import { scriptedRun, tickAt } from '../../testing/scripted-run.js'
import { testSensor } from '../../testing/test-sensor.js'
import { startTracking } from '../../tracker/start-tracking.js'
import { discoverDeferred } from '../deferred.js'
import { probeEnvironment } from '../environment.js'
import { loadKoffi } from '../koffi.js'
import { openSensors } from '../openers.js'
import type { OpenSensor, ProbeEnvironment, SensorSpec } from '../sensor.js'
import { bindNvml } from './bind-nvml.js'
import { nvidiaProvider } from './nvidia-provider.js'
import { isNvmlError, NVML_RETURN, type NvmlDevice } from './nvml.js'

const compiler = findCompiler()
const KOFFI = createRequire(import.meta.url).resolve('koffi')

describe.skipIf('missing' in compiler)(
  `NVML by FFI${'missing' in compiler ? ` (skipped: ${compiler.missing})` : ''}`,
  () => {
    let stub: NvmlStub
    let environment: ProbeEnvironment
    beforeAll(() => {
      if ('path' in compiler) stub = buildNvmlStub(compiler.path, KOFFI)
      environment = probeEnvironment({ EPOCHWATT_NVML_LIBRARY: stub.path })
    })
    afterAll(() => stub?.dispose())
    beforeEach(() => stub.setBoards(2))

    const discover = (): readonly SensorSpec[] => {
      const { deferred } = nvidiaProvider.probe(environment, {})
      return discoverDeferred(deferred!, environment, []).sensors
    }

    describe('the binding', () => {
      const device = (index = 0): NvmlDevice => {
        const nvml = bindNvml(loadKoffi(KOFFI), stub.path)
        nvml.init()
        return nvml.deviceAt(index)
      }

      it('reads texts and numbers of every width', () => {
        stub.set(1, 9_007_199_254_000, 250_000)
        const board = device(1)
        expect(board.uuid()).toBe('GPU-a0000001-fake')
        expect(board.name()).toBe('NVIDIA H100 80GB HBM3')
        // Beyond 2^32 millijoules, where a counter of 32 bits would have wrapped two thousand times.
        expect(board.totalEnergyMillijoules()).toBeGreaterThanOrEqual(9_007_199_254_000)
        expect(board.totalEnergyMillijoules()).toBeLessThan(9_007_199_254_000 + 250_000 * 60)
        expect(board.maxPowerMilliwatts()).toBe(700_000)
        stub.setBusy(1, 83)
        expect(board.busyPercent()).toBe(83)
      })

      it('takes instantaneous power, and the older call where there is none', () => {
        stub.set(0, 0, 250_000)
        const board = device()
        // The stub shows a watt more by POWER_INSTANT.
        expect(board.powerMilliwatts()).toBe(251_000)
        stub.setReturns(0, 0, 3)
        expect(board.powerMilliwatts()).toBe(250_000)
      })

      it('lists more processes than it had room for', () => {
        const processes = Array.from({ length: 250 }, (_, at) => ({
          pid: 1000 + at,
          timestampMicroseconds: 1_700_000_000_000_000 + at,
          smPercent: at % 100,
        }))
        stub.setProcesses(0, processes)
        const board = device()
        expect(board.computePids()).toEqual(processes.map(({ pid }) => pid))
        expect(board.processUtilisation(0)).toEqual(processes)
        expect(board.processUtilisation(1_700_000_000_000_247)).toEqual(processes.slice(248))
      })

      it('gives no samples where there are none, which NVML calls not found', () => {
        expect(device().processUtilisation(0)).toEqual([])
      })

      it('takes a missing function for a feature that the driver lacks', () => {
        // The stub knows nothing of MIG, like drivers before 450.
        expect(device().isPartitioned()).toBe(false)
        const error = (() => {
          try {
            device().partitions()
          } catch (thrown) {
            return thrown
          }
        })()
        expect(isNvmlError(error, NVML_RETURN.functionNotFound)).toBe(true)
      })
    })

    describe('its sensors', () => {
      const open: OpenSensor[] = []
      afterEach(() => {
        for (const sensor of open.splice(0)) sensor.close()
      })
      const openAll = (now = () => performance.now()): OpenSensor[] => {
        const sensors = openSensors(discover(), environment, { now })
        open.push(...sensors)
        return sensors
      }

      it('keep the contract of sensors', () => {
        const [spec] = discover()
        const check = {
          spec: spec!,
          open: () => openSensors([spec!], environment)[0]!,
          fail: () => stub.setReturns(0, 15, 15),
          recover: () => stub.setReturns(0, 0, 0),
        }
        for (const verify of testSensor(check).values()) verify()
      })

      it('before Volta fall to the gauge, which is not 0', () => {
        stub.setReturns(0, 3, 3)
        stub.set(0, 0, 180_000)
        const gauge = openAll().find(({ spec }) => spec.device === 'gpu-0')!
        expect(gauge.spec).toMatchObject({ id: 'nvidia/0/power', kind: 'power_gauge' })
        const run = scriptedRun({ sensors: [gauge.spec] })
        const meter = new Meter(run)
        for (let second = 0; second <= 10; second++) meter.add(tickAt(second, [gauge.read()]))
        const { curves, end } = meter.analyse()
        expect(curves[0]!.between(0, end).machine).toBeCloseTo(1800)
      })

      it('follow a driver that was loaded anew, as a reset', () => {
        let nowMs = 0
        stub.set(0, 50_000_000, 300_000)
        const [counter] = openAll(() => nowMs)
        const before = counter!.read()
        const inits = stub.inits()
        stub.reload()
        // The first reading after it fails and opens the board again.
        nowMs += 1000
        const after = counter!.read()
        expect(stub.inits()).toBe(inits + 1)
        expect(before).toBeGreaterThanOrEqual(50_000_000)
        expect(after).toBeLessThan(before)
        const meter = new Meter(scriptedRun({ sensors: [counter!.spec] }))
        for (const tick of [tickAt(0, [before - 300_000]), tickAt(1, [before]), tickAt(2, [200_000])])
          meter.add(tick)
        const { curves, irregular, end } = meter.analyse()
        expect(irregular.get('nvidia/0')).toEqual({ reset: 1 })
        expect(curves[0]!.between(0, end).machine).toBeCloseTo(300 + 200)
      })

      it('tell our processes from those of others', () => {
        stub.setProcesses(0, [{ pid: process.pid, timestampMicroseconds: 1, smPercent: 50 }])
        const use = openAll()[0]!.use!()
        // Whether ids can be looked up depends on where the tests run.
        expect(use!.ours + use!.unknown).toBe(1)
        expect(use!.others).toBe(0)
      })
    })

    describe('in the sampler’s thread', () => {
      let directory: string
      beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'epochwatt-nvidia-'))
        process.env.EPOCHWATT_NVML_LIBRARY = stub.path
      })
      afterEach(() => {
        stub.setInitMs(0)
        delete process.env.EPOCHWATT_NVML_LIBRARY
        rmSync(directory, { recursive: true, force: true })
      })

      const options = { gridIntensity: 100, scope: 'machine', samplingIntervalMs: 200 } as const

      const gpuJoules = (record: RunRecord | undefined): number =>
        (record?.energy.components.gpu.kwh?.value ?? Number.NaN) * 3.6e6

      it('measures 4 GPUs at 300 W from the moment that their driver answers', async () => {
        stub.setBoards(4)
        for (let board = 0; board < 4; board++) stub.set(board, 0, 300_000)
        const tracker = startTracking({ ...options, dir: directory })
        await sleep(1500)
        const epoch = tracker.window('epoch', { index: 0 })
        await sleep(1000)
        epoch.end()
        const live = epoch.figures()
        const record = await tracker.stop()
        const used = record!.sensors.filter(({ id, state }) => id.startsWith('nvidia') && state === 'used')
        expect(used.map(({ id }) => id)).toEqual(['nvidia/0', 'nvidia/1', 'nvidia/2', 'nvidia/3'])
        const coverage = used[0]!.coverage!
        expect(coverage).toBeGreaterThan(0.5)
        expect(gpuJoules(record)).toBeCloseTo(1200 * record!.duration_s * coverage, -2)
        // The epoch's edges lie between ticks: the sampler is called for a round there.
        const inEpoch = record!.epochs[0]!
        const cpu = record!.energy.machine_kwh!.value - record!.energy.components.gpu.kwh!.value
        const expected = 1200 * (inEpoch.ended_s - inEpoch.started_s)
        expect(inEpoch.energy_kwh!.value * 3.6e6).toBeGreaterThan(expected * 0.98)
        expect(inEpoch.energy_kwh!.value * 3.6e6).toBeLessThan(expected * 1.02 + cpu * 3.6e6)
        expect(live.energyKwh!.value).toBeGreaterThan(inEpoch.energy_kwh!.value * 0.5)
        const journal = ['events.jsonl', 'samples.jsonl', 'record.json'].map(file =>
          readFileSync(join(tracker.directory, file), 'utf8'),
        )
        expect(journal.join('')).not.toMatch(/GPU-a000|libnvidia|koffi/)
      })

      it('does not hold up the start while a driver wakes up, nor the stop', async () => {
        stub.setInitMs(2500)
        const tracker = startTracking({ ...options, dir: directory })
        // Nothing has been waited for: the worker has yet to begin its 2.5 s.
        expect(readFileSync(join(tracker.directory, 'events.jsonl'), 'utf8')).toContain('"pending"')
        await sleep(300)
        const figures = tracker.figures()
        expect(figures.durationSeconds).toBeLessThan(2.5)
        const record = await tracker.stop()
        expect(record!.duration_s).toBeLessThan(2.5)
        expect(record!.energy.components.gpu).toEqual({
          reason: 'the run ended before the NVIDIA driver had answered',
        })
        // The thread is still in the stub: it must be gone before the next test sets it up.
        await sleep(2700)
      })

      it('never keeps the process alive', async () => {
        const script = `
          const { createRequire } = require('node:module')
          const koffi = createRequire(${JSON.stringify(KOFFI)})(${JSON.stringify(KOFFI)})
          koffi.load(${JSON.stringify(stub.path)}).func('fake_boards', 'void', ['int', 'str'])(1, 'NVIDIA T4')
          import(${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)}).then(({ startTracking }) => {
            startTracking({ dir: ${JSON.stringify(directory)}, gridIntensity: 100 })
            setTimeout(() => console.log('work done'), 700)
          })`
        const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
        let output = ''
        child.stdout.on('data', chunk => {
          output += chunk
        })
        const code = await new Promise(resolve => child.once('exit', resolve))
        expect([code, output]).toEqual([0, 'work done\n'])
      })
    })
  },
)
