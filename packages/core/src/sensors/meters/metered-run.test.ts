// Whole runs beside real HTTP servers, which live in threads of their own: the run blocks this one.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diagnose } from '../../tracker/diagnose.js'
import { startTracking } from '../../tracker/start-tracking.js'
import type { MeterOption } from './meter-option.js'

const SECRET = 'correct-horse-battery'

let dir: string
let device: { readonly url: string; readonly asked: Int32Array; close(): Promise<unknown> }

/** A plug that shows 250 W to those who know the password, and goes silent after `answers` answers. */
const plug = async (answers = Number.MAX_SAFE_INTEGER): Promise<typeof device> => {
  const asked = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `const { createServer } = require('node:http')
    const { parentPort, workerData } = require('node:worker_threads')
    let left = workerData.answers
    const server = createServer((request, response) => {
      Atomics.add(workerData.asked, 0, 1)
      if (request.headers.authorization !== workerData.expected) return response.writeHead(401).end()
      if (left-- <= 0) return
      response.end(JSON.stringify({ power: 250, total: 0 }))
    }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
    {
      eval: true,
      workerData: { answers, asked, expected: `Basic ${Buffer.from(`admin:${SECRET}`).toString('base64')}` },
    },
  )
  const port = await new Promise(resolve => worker.once('message', resolve))
  return { url: `http://127.0.0.1:${port}`, asked, close: () => worker.terminate() }
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-meters-'))
})
afterEach(async () => {
  await device?.close()
  rmSync(dir, { recursive: true, force: true })
})

const options = (meter: Partial<MeterOption> = {}) => ({
  dir,
  country: 'FR',
  offline: false,
  scope: 'machine' as const,
  samplingIntervalMs: 100,
  meters: [{ type: 'shelly-gen1', url: device.url, password: SECRET, everyMs: 200, ...meter } as MeterOption],
})
const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('a run with a wall meter', () => {
  it('has its readings although the event loop never ran', async () => {
    device = await plug()
    const tracker = startTracking(options())
    busyFor(1200)
    const live = tracker.figures()
    const record = await tracker.stop()
    const sensor = record!.sensors.find(({ id }) => id === 'meter/shelly-gen1')!
    expect(sensor).toMatchObject({ state: 'used', tier: 'measured', hw_type: 'wall' })
    expect(sensor.coverage).toBe(1)
    // 250 W over all of the time, by what the meter said and not by a clock of the test.
    expect((record!.energy.total_kwh!.value * 3.6e6) / record!.duration_s).toBeCloseTo(250, 3)
    expect(live.meanPowerWatts).toBeCloseTo(250, 3)
    expect(record!.energy.measured_share).toBe(1)
  })

  it('leaves neither address nor password in anything that is written', async () => {
    device = await plug()
    const tracker = startTracking(options())
    busyFor(600)
    await tracker.stop()
    const written = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    expect(written.join('\n')).toContain('"type":"reading"')
    for (const text of written) {
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain(Buffer.from(`admin:${SECRET}`).toString('base64'))
      expect(text).not.toContain(new URL(device.url).host)
    }
  })

  it('says so when the meter falls silent, and ends in time all the same', async () => {
    device = await plug(3)
    const tracker = startTracking(options({ timeoutMs: 100 }))
    busyFor(1600)
    const record = await tracker.stop()
    const sensor = record!.sensors.find(({ id }) => id === 'meter/shelly-gen1')!
    expect(sensor.state).toBe('used')
    expect(sensor.coverage).toBeLessThan(0.8)
    expect(sensor.reason).toContain('it did not answer in time')
    expect(record!.warnings.map(({ code }) => code)).toContain('METER_SILENT')
  })

  it('falls back to what else there is when the password is wrong', async () => {
    device = await plug()
    const tracker = startTracking(options({ password: 'wrong' } as Partial<MeterOption>))
    busyFor(600)
    const record = await tracker.stop()
    const sensor = record!.sensors.find(({ id }) => id === 'meter/shelly-gen1')!
    expect(sensor).toMatchObject({ state: 'broken' })
    expect(sensor.reason).toContain('credentials')
    expect(record!.energy.total_kwh!.value).toBeGreaterThan(0)
  })

  it('asks nobody when it is offline', async () => {
    device = await plug()
    const record = await startTracking({ ...options(), offline: true }).stop()
    expect(device.asked[0]).toBe(0)
    expect(record!.sensors.find(({ id }) => id === 'meter/shelly-gen1')).toMatchObject({ state: 'broken' })
  })

  it('is refused at the start where a meter cannot be', () => {
    expect(() => startTracking({ dir, meters: [{ type: 'shelly-gen1', url: 'shelly.local' }] })).toThrow(
      'Option "meters[0].url" is "shelly.local"; accepted: an address that begins with http:// or https://',
    )
  })
})

describe('a diagnosis', () => {
  it('shows what a meter shows', async () => {
    device = await plug()
    const { sensors } = await diagnose(options(), 400)
    const sensor = sensors.find(({ id }) => id === 'meter/shelly-gen1')!
    expect(sensor.state).toBe('used')
    expect(sensor.watts).toBeCloseTo(250, 3)
  })
})
