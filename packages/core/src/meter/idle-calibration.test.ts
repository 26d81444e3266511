import { describe, expect, it } from 'vitest'
import type { DeviceUseReading } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import { packageCounter, scriptedRun, tickAt } from '../testing/scripted-run.js'
import { Meter } from './meter.js'

const memory = packageCounter({
  id: 'powercap/dram',
  domain: 'dram',
  component: 'memory',
  covers: ['memory'],
})
const board = packageCounter({
  id: 'nvidia/0',
  provider: 'nvidia',
  domain: 'gpu',
  device: 'gpu-0',
  component: 'gpu',
  covers: ['gpu'],
})
const BUSY: DeviceUseReading = [1, 0, 0, 1, 0, 0]

/** A minute: 30 s at 40 W + 10 W, 30 s at 140 W + 20 W; the GPU computes at 400 W all the time. */
const ticks = Array.from({ length: 61 }, (_, second) => {
  const late = Math.max(0, second - 30)
  return {
    ...tickAt(second, [(40 * second + 100 * late) * 1e6, (10 * second + 10 * late) * 1e6, second * 400e6]),
    d: { 'gpu-0': BUSY },
  }
})
const run = scriptedRun({
  sensors: [packageCounter(), memory, board],
  scope: 'machine',
  idleWatts: 30,
})

describe('a calibrated idle power', () => {
  it('is that of the machine without its GPUs, whose idle power nobody has measured with it', () => {
    const { energy } = buildRecord(run, ticks)
    expect(energy.static_kwh!.value * 3.6e6).toBeCloseTo(60 * 30, 6)
    expect(energy.machine_kwh!.value * 3.6e6).toBeCloseTo(60 * 450 + 30 * 110, 6)
  })

  it('is shared by the lowest power of each sensor, not by what it used at work', () => {
    const meter = new Meter(run)
    for (const tick of ticks) meter.add(tick)
    const { idle } = meter.analyse()
    // 40 W and 10 W at rest.
    expect(idle.get('powercap/package-0')!.watts).toBeCloseTo(24, 6)
    expect(idle.get('powercap/dram')!.watts).toBeCloseTo(6, 6)
    expect(idle.get('nvidia/0')!.watts).toBe(0)
  })

  it('is not touched by a machine whose only sensor is a GPU', () => {
    const alone = ticks.map(({ r, ...tick }) => ({ ...tick, r: [r[2]!] }))
    const { energy } = buildRecord({ ...run, sensors: [board] }, alone)
    expect(energy.static_kwh!.value).toBe(0)
  })
})
