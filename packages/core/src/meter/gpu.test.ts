import { describe, expect, it } from 'vitest'
import type { DeviceUseReading, JournalEntry, RunEntry, SensorsEntry, TickEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { packageCounter, scriptedRun, tickAt } from '../testing/scripted-run.js'
import { Meter } from './meter.js'

const gpuCounter = (index = 0, overrides: Partial<SensorSpec> = {}): SensorSpec => {
  const { wrapRaw: _, ...counter } = packageCounter({
    id: `nvidia/${index}`,
    provider: 'nvidia',
    domain: 'gpu',
    device: `gpu-${index}`,
    component: 'gpu',
    covers: ['gpu'],
    contains: [`nvidia/${index}/power`],
    method: 'Energy counter of a board',
    scale: 1e-3,
    maxPowerWatts: 700,
    updatePeriodMs: 100,
    readAtBoundary: false,
    ...overrides,
  })
  return counter
}

const gpuGauge = (index = 0): SensorSpec => {
  const counter = gpuCounter(index)
  return { ...counter, id: `nvidia/${index}/power`, contains: [], kind: 'power_gauge' }
}

const found = (...sensors: readonly SensorSpec[]): SensorsEntry => ({
  type: 'sensors',
  t: 0,
  sensors,
  unavailable: [],
})

const OURS: DeviceUseReading = [1, 0, 0, 1, 0, 0]
const NOBODY: DeviceUseReading = [0, 0, 0, 0, 0, 0]

const withUse = (tick: TickEntry, use: DeviceUseReading): TickEntry => ({ ...tick, d: { 'gpu-0': use } })

const analyse = (run: RunEntry, entries: readonly JournalEntry[]) => {
  const meter = new Meter(run)
  for (const entry of entries) meter.add(entry)
  return meter.analyse()
}

const HOUR = Array.from({ length: 3601 }, (_, second) => second)
const MINUTE = HOUR.slice(0, 61)
const noSensors = scriptedRun({ sensors: [] })
const ofProcess = scriptedRun({ sensors: [], scope: 'process', staticPolicy: 'proportional' })

const gpuLine = (run: RunEntry, entries: readonly JournalEntry[]) =>
  buildRecord(run, entries).energy.components.gpu

describe('GPUs in the meter', () => {
  it('4 GPUs × 300 W × 1 h give 1.2 kWh', () => {
    const sensors = found(...[0, 1, 2, 3].map(index => gpuCounter(index)))
    // All four show the very same number: equal boards under equal load are still four.
    const ticks = HOUR.map(second => tickAt(second, Array(4).fill(second * 300_000)))
    expect(gpuLine(noSensors, [sensors, ...ticks]).kwh!.value).toBeCloseTo(1.2, 9)
  })

  it('before Volta use the gauge, which is not 0', () => {
    const ticks = HOUR.map(second => tickAt(second, [250_000]))
    expect(gpuLine(noSensors, [found(gpuGauge()), ...ticks]).kwh!.value).toBeCloseTo(0.25, 9)
  })

  it('use the counter where it works and the gauge where it stands still', () => {
    const sensors = found(gpuCounter(), gpuGauge())
    const working = MINUTE.map(second => tickAt(second, [second * 300_000, 290_000]))
    expect(gpuLine(noSensors, [sensors, ...working]).kwh!.value * 3.6e6).toBeCloseTo(18_000)
    const frozen = MINUTE.map(second => tickAt(second, [5_000_000, 290_000]))
    expect(gpuLine(noSensors, [sensors, ...frozen]).kwh!.value * 3.6e6).toBeCloseTo(17_400)
    expect(analyse(noSensors, [sensors, ...frozen]).selection.get('nvidia/0')).toMatchObject({
      state: 'frozen',
    })
  })

  it('a driver that is loaded anew is a reset, not a wrap', () => {
    const raws = [70_000_000, 70_300_000, 100_000, 400_000]
    const entries = [found(gpuCounter()), ...raws.map((raw, second) => tickAt(second, [raw]))]
    expect(analyse(noSensors, entries).irregular.get('nvidia/0')).toEqual({ reset: 1 })
    expect(gpuLine(noSensors, entries).kwh!.value * 3.6e6).toBeCloseTo(300 + 100 + 300)
  })

  it('a superchip’s counter takes the place of the processor’s and memory’s', () => {
    const module = gpuCounter(0, {
      domain: 'soc',
      covers: ['gpu', 'cpu', 'memory'],
      contains: ['powercap/package-0'],
    })
    const run = scriptedRun()
    const ticks = MINUTE.map(second => tickAt(second, [second * 100_000_000, second * 500_000]))
    const { energy } = buildRecord(run, [found(module), ...ticks])
    expect(energy.machine_kwh!.value * 3.6e6).toBeCloseTo(30_000)
    expect(energy.components.cpu.reason).toContain('contained in the gpu figure')
  })
})

describe('a GPU’s share', () => {
  it('has nothing to do with processor time', () => {
    // Our tree is a hundredth of a busy machine, and the only one on the GPU.
    const ticks = MINUTE.map(second =>
      withUse(tickAt(second, [second * 300_000], [4 * second, 4 * second, 0.04 * second]), OURS),
    )
    const { kwh } = gpuLine(ofProcess, [found(gpuCounter()), ...ticks])
    expect(kwh!.value * 3.6e6).toBeCloseTo(18_000)
    expect(kwh!.low).toBeCloseTo(kwh!.value)
  })

  it('is by utilisation, and what is not ours stays with the machine', () => {
    const ticks = MINUTE.map(second =>
      withUse(tickAt(second, [second * 300_000]), [1, 1, 0, 1, 30 * second, 120 * second]),
    )
    const { energy } = buildRecord(ofProcess, [found(gpuCounter()), ...ticks])
    expect(energy.total_kwh!.value * 3.6e6).toBeCloseTo(4500)
    expect(energy.total_kwh!.low * 3.6e6).toBeCloseTo(4500 * 0.7)
    expect(energy.machine_kwh!.value * 3.6e6).toBeCloseTo(18_000)
  })

  it('that cannot be told is an upper bound, and the record says so', () => {
    const ticks = MINUTE.map(second => withUse(tickAt(second, [second * 300_000]), [0, 0, 1, 1, 0, 0]))
    const record = buildRecord(ofProcess, [found(gpuCounter()), ...ticks])
    const { kwh } = record.energy.components.gpu
    expect([kwh!.low, kwh!.value * 3.6e6, kwh!.high * 3.6e6]).toEqual([
      0,
      expect.closeTo(18_000),
      expect.closeTo(18_000),
    ])
    expect(record.warnings.map(({ code }) => code)).toContain('GPU_SHARE_UNKNOWN')
  })

  it('of a partition is modelled', () => {
    const ticks = MINUTE.map(second => tickAt(second, [second * 300_000]))
    const spec = gpuCounter(0, { share: 3 / 7, tier: 'modelled' })
    const { kwh } = gpuLine(ofProcess, [found(spec), ...ticks])
    expect(kwh!.value * 3.6e6).toBeCloseTo((18_000 * 3) / 7)
    expect(kwh!.tier).toBe('modelled')
    expect(kwh!.high).toBeGreaterThan(kwh!.value * 1.4)
  })
})

describe('a GPU’s idle power', () => {
  /** 60 W for 10 s without a process, then 360 W with ours. */
  const raw = (second: number): number => (second <= 10 ? 60_000 * second : 600_000 + 360_000 * (second - 10))

  it('is what it draws while no process has it open', () => {
    const ticks = MINUTE.map(second => withUse(tickAt(second, [raw(second)]), second <= 10 ? NOBODY : OURS))
    const { energy } = buildRecord(ofProcess, [found(gpuCounter()), ...ticks])
    expect(energy.static_kwh!.value * 3.6e6).toBeCloseTo(50 * 60)
    expect(energy.dynamic_kwh!.value * 3.6e6).toBeCloseTo(50 * 300)
    // Before our process came, the GPU was idle for nobody.
    expect(energy.machine_kwh!.value * 3.6e6).toBeCloseTo(600 + 50 * 360)
  })

  it('is 0 and noted where a process was there all the time', () => {
    const ticks = MINUTE.map(second => withUse(tickAt(second, [raw(second)]), OURS))
    const record = buildRecord(ofProcess, [found(gpuCounter()), ...ticks])
    expect(record.energy.static_kwh!.value).toBe(0)
    expect(record.sensors.find(({ id }) => id === 'nvidia/0')!.reason).toContain(
      'never seen without a process',
    )
  })
})

describe('sensors that are found after the start', () => {
  const run = scriptedRun({
    pending: [{ id: 'nvidia', domain: 'gpu', state: 'broken', reason: 'no answer' }],
  })
  const late: SensorsEntry = { ...found(gpuCounter()), t: 2_500_000_000 }
  const entries: readonly JournalEntry[] = [
    tickAt(0, [0]),
    late,
    // Other threads know nothing of it: their entries are shorter, which is no failed reading.
    ...HOUR.slice(3, 13).flatMap(second => [
      tickAt(second, [second * 50_000_000, second * 300_000]),
      tickAt(second + 0.5, [(second + 0.5) * 50_000_000]),
    ]),
  ]

  it('count from their first reading; before it they are unobserved', () => {
    const record = buildRecord(run, entries)
    const { gpu } = record.energy.components
    expect(gpu.kwh!.value * 3.6e6).toBeCloseTo(9 * 300)
    expect(gpu.kwh!.high * 3.6e6).toBeCloseTo(9 * 300 + 3.5 * 700)
    expect(record.sensors.find(({ id }) => id === 'nvidia/0')!.coverage).toBeCloseTo(9 / 12.5)
  })

  it('mean the same in whatever order the entries arrive', () => {
    const turned = [...entries].reverse()
    expect(buildRecord(run, turned).energy).toEqual(buildRecord(run, entries).energy)
  })

  it('that never answered are unavailable, with the reason that was journalled at the start', () => {
    const record = buildRecord(run, [tickAt(0, [0]), tickAt(1, [50_000_000])])
    expect(record.sensors.at(-1)).toMatchObject({ id: 'nvidia', state: 'broken', reason: 'no answer' })
    expect(record.energy.components.gpu).toEqual({ reason: 'no answer' })
  })
})
