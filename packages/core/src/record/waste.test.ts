import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEntry, StopEntry } from '../journal/entry.js'
import { packageCounter, scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'
import type { WasteRecord } from './record.js'
import { parseRecord } from './record-schema.js'

/** 100 W for ten seconds, without a word on processor time. */
const steady = Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6]))

const stopAt = (seconds: number, status: StopEntry['status'] = 'finished'): StopEntry => ({
  type: 'stop',
  t: seconds * 1e9,
  status,
})

/** An epoch of a second, and what was measured in it. */
const epoch = (
  window: number,
  from: number,
  index: number,
  values: Record<string, number>,
): JournalEntry[] => [
  ...windowAt(window, from, from + 1, undefined, 'epoch', { index }),
  { type: 'metrics', t: (from + 1) * 1e9, window, values },
]

const wasteOf = (...entries: JournalEntry[]): WasteRecord | undefined => {
  const record = buildRecord(scriptedRun(), [...steady, ...entries])
  expect(parseRecord(JSON.parse(JSON.stringify(record)), 'the record').waste).toEqual(record.waste)
  return record.waste
}

/** Samples of the utilisation of a board that draws 150 W, ten seconds apart, after as long without a process at 50 W or not. */
const gpuRun = (percents: readonly number[], seenIdle = false): WasteRecord | undefined => {
  const board = packageCounter({
    id: 'nvidia/0',
    provider: 'nvidia',
    domain: 'gpu',
    device: 'gpu-0',
    component: 'gpu',
    covers: ['gpu'],
    scale: 1e-3,
  })
  const before = seenIdle ? 10 : 0
  const idle = Array.from({ length: before + 1 }, (_, s) => ({
    ...tickAt(s, [s * 50_000]),
    d: { 'gpu-0': [0, 0, 0, 0, 0, 0] as const },
  }))
  const ticks = percents.map((percent, i) => ({
    ...tickAt(before + (i + 1) * 10, [before * 50_000 + (i + 1) * 1_500_000]),
    d: { 'gpu-0': [1, 0, 0, null, 0, 0] as const },
    b: { 'gpu-0': percent },
  }))
  const record = buildRecord(scriptedRun({ sensors: [board] }), [...idle, ...ticks])
  expect(parseRecord(JSON.parse(JSON.stringify(record)), 'the record').waste).toEqual(record.waste)
  return record.waste
}

/** A mean of a half. */
const HALF = [100, 0, 50, 50, 100, 0, 50, 50]

describe('an accelerator that waits', () => {
  it('draws its idle power for the mean of the samples, with the interval of that mean', () => {
    const { time_share, samples, energy_kwh } = gpuRun(HALF, true)!.accelerator_idle!
    expect({ value: time_share.value, samples }).toEqual({ value: 0.5, samples: 8 })
    // Standard deviation of these eight: √(1/7).
    expect(time_share.high - 0.5).toBeCloseTo(1.645 * Math.sqrt(1 / 7 / 8), 12)
    expect(energy_kwh!.value * 3.6e6).toBeCloseTo(50 * 90 * 0.5, 6)
    expect(energy_kwh!.tier).toBe('measured')
  })

  it('draws its lowest power at most where it was never seen without a process', () => {
    const { energy_kwh } = gpuRun(HALF)!.accelerator_idle!
    expect(energy_kwh!.value * 3.6e6).toBeCloseTo(150 * 80 * 0.5, 6)
    expect(energy_kwh!.low).toBeLessThan(energy_kwh!.value / 2)
    expect(energy_kwh!.tier).toBe('assumed')
  })

  it('is nothing where it never waited, and unknown from less than a minute', () => {
    expect(gpuRun(Array.from({ length: 8 }, () => 100))!.accelerator_idle).toMatchObject({
      time_share: { value: 0, low: 0, high: 0 },
      energy_kwh: { value: 0 },
    })
    expect(gpuRun([0, 0, 0, 0, 0])?.accelerator_idle).toBeUndefined()
  })
})

describe('memory', () => {
  const memoryOf = (peaks: readonly number[], run = {}) => {
    const ticks = peaks.map((k, i) => ({ ...tickAt(i, [0]), ...(k > 0 && { k }) }))
    const record = buildRecord(scriptedRun(run), ticks)
    expect(parseRecord(JSON.parse(JSON.stringify(record)), 'the record').memory).toEqual(record.memory)
    return record.memory
  }

  it('is the highest that was seen, against the cgroup’s limit or the machine', () => {
    expect(memoryOf([1e9, 0, 3e9, 0])).toMatchObject({
      peak_gb: { value: 3, low: 3, tier: 'measured' },
      available_gb: 16,
      available_by: 'machine',
    })
    expect(memoryOf([1e9], { memoryLimitBytes: 4e9 })).toMatchObject({
      peak_gb: { value: 1 },
      available_gb: 4,
      available_by: 'cgroup',
    })
  })

  it('is unknown where nobody looked', () => {
    expect(memoryOf([0, 0])).toBeUndefined()
  })
})

const joules = (waste: WasteRecord | undefined): number =>
  (waste?.after_best_epoch?.energy_kwh?.value ?? Number.NaN) * 3.6e6

describe('energy after the best epoch', () => {
  it('is that of everything from its end to the end of the last one', () => {
    const waste = wasteOf(
      ...epoch(1, 1, 0, { val_loss: 0.9 }),
      ...epoch(2, 3, 1, { val_loss: 0.4 }),
      ...epoch(3, 5, 2, { val_loss: 0.5 }),
      ...epoch(4, 7, 3, { val_loss: 0.6 }),
      stopAt(10),
    )
    expect(waste?.after_best_epoch).toMatchObject({ metric: 'val_loss', best_epochs: [1], epochs: 2 })
    expect(joules(waste)).toBeCloseTo(400)
    expect(waste?.after_best_epoch?.energy_share).toBeCloseTo(0.4)
  })

  it('is zero, and known, where the last epoch is the best', () => {
    const waste = wasteOf(
      ...epoch(1, 1, 0, { val_loss: 0.9 }),
      ...epoch(2, 2, 1, { val_loss: 0.8 }),
      stopAt(10),
    )
    expect(waste?.after_best_epoch).toMatchObject({ best_epochs: [1], epochs: 0, energy_share: 0 })
  })

  it('takes the first of equals, and accuracy upwards where there is no loss', () => {
    const waste = wasteOf(
      ...epoch(1, 1, 0, { val_acc: 0.5 }),
      ...epoch(2, 2, 1, { val_acc: 0.9 }),
      ...epoch(3, 3, 2, { val_acc: 0.9 }),
      stopAt(10),
    )
    expect(waste?.after_best_epoch).toMatchObject({ metric: 'val_acc', best_epochs: [1], epochs: 1 })
  })

  it('is looked for in each training of the run', () => {
    const waste = wasteOf(
      ...epoch(1, 0, 0, { val_loss: 0.1 }),
      ...epoch(2, 1, 1, { val_loss: 0.2 }),
      ...epoch(3, 5, 0, { val_loss: 0.4 }),
      ...epoch(4, 6, 1, { val_loss: 0.3 }),
      stopAt(10),
    )
    expect(waste?.after_best_epoch).toMatchObject({ best_epochs: [0, 1], epochs: 1 })
    expect(joules(waste)).toBeCloseTo(100)
  })

  it('counts an epoch in which the training broke off', () => {
    const [begin] = windowAt(3, 2, 3, undefined, 'epoch', { index: 2 })
    const waste = wasteOf(
      ...epoch(1, 0, 0, { val_loss: 0.1 }),
      ...epoch(2, 1, 1, { val_loss: 0.2 }),
      begin!,
      stopAt(4, 'failed'),
    )
    expect(waste?.after_best_epoch).toMatchObject({ best_epochs: [0], epochs: 2 })
    expect(joules(waste)).toBeCloseTo(300)
  })

  it('never exceeds the run, and no later epoch is better than the best', () => {
    const losses = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(losses, values => {
        const epochs = values.flatMap((value, index) => epoch(index + 1, index, index, { val_loss: value }))
        const after = buildRecord(scriptedRun(), [...steady, ...epochs, stopAt(10)]).waste!.after_best_epoch!
        const [best] = after.best_epochs
        expect(best).toBe(values.indexOf(Math.min(...values)))
        expect(after.epochs).toBe(values.length - 1 - best!)
        expect(after.energy_share).toBeCloseTo(after.epochs / 10)
      }),
    )
  })

  it.each([
    ['without validation', [...epoch(1, 1, 0, { loss: 0.9 }), ...epoch(2, 2, 1, { loss: 0.8 })]],
    [
      'of trainings at the same time',
      [...epoch(1, 1, 0, { val_loss: 0.9 }), ...epoch(2, 1.5, 0, { val_loss: 0.8 })],
    ],
  ])('is absent %s', (_name, entries) => {
    expect(wasteOf(...entries, stopAt(10))).toBeUndefined()
  })
})

describe('energy of a run that failed', () => {
  it.each([
    ['failed', 1000],
    ['killed', 1000],
    ['finished', undefined],
  ] as const)('%s: %s J', (status, expected) => {
    const waste = wasteOf(stopAt(10, status))
    if (expected === undefined) expect(waste).toBeUndefined()
    else expect((waste?.failed_run?.energy_kwh.value ?? Number.NaN) * 3.6e6).toBeCloseTo(expected)
  })
})

describe('time in which the process idled', () => {
  /** Four cores; the process works `perSecond` of each second. */
  const ticks = (perSecond: number) =>
    Array.from({ length: 11 }, (_, s) => tickAt(s, [s * 100e6], [s * perSecond, s * 4, s * perSecond]))
  const idleOf = (perSecond: number, entries: JournalEntry[] = [], gpu = false) => {
    const sensors = gpu
      ? [
          packageCounter({
            id: 'nvml/gpu-0',
            domain: 'gpu',
            device: 'gpu-0',
            component: 'gpu',
            covers: ['gpu'],
          }),
        ]
      : [packageCounter()]
    const run = scriptedRun({ sensors })
    return buildRecord(run, [...ticks(perSecond), ...entries, stopAt(10)]).waste?.idle
  }

  it('is what its processor time leaves of one core, with the threads of the runtime in the interval', () => {
    const idle = idleOf(0.4)
    expect(idle?.within).toBe('run')
    expect(idle?.time_s).toBeCloseTo(6)
    expect(idle?.time_share).toMatchObject({ unit: '1', tier: 'measured', value: expect.closeTo(0.6, 9) })
    expect(idle?.time_share.low).toBeCloseTo(0.59, 9)
    expect(idle?.time_share.high).toBeCloseTo(1 - 0.39 / 1.25, 9)
  })

  it('is none where a core or more is busy', () => {
    expect(idleOf(1.2)?.time_share.value).toBe(0)
    expect(idleOf(3.5)?.time_s).toBe(0)
  })

  it('is looked for in the epochs where there are some', () => {
    const idle = idleOf(0.4, epoch(1, 2.5, 0, { loss: 1 }))
    expect(idle?.within).toBe('epochs')
    expect(idle?.time_s).toBeCloseTo(0.6)
  })

  it('says nothing where a GPU does the work', () => {
    expect(idleOf(0.4, [], true)).toBeUndefined()
  })
})
