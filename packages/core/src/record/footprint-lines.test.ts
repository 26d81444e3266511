import { describe, expect, it } from 'vitest'
import type { FootprintChoices } from '../footprint/footprint-choices.js'
import { parseTariff } from '../footprint/tariff.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { parseEntry } from '../journal/entry-schema.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { packageCounter, scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'
import type { RunRecord } from './record.js'
import { parseRecord } from './record-schema.js'

/** Two hours from 21:00 to 23:00: 100 W, then 300 W. 0.4 kWh. */
const readings: readonly JournalEntry[] = [
  ...Array.from({ length: 721 }, (_, i) => {
    const seconds = i * 10
    return tickAt(seconds, [(seconds <= 3600 ? 100 * seconds : 360_000 + 300 * (seconds - 3600)) * 1e6])
  }),
  ...windowAt(0, 0, 3600),
  ...windowAt(1, 3600, 7200),
  { type: 'stop', t: 7200e9, status: 'finished' },
]

const recordWith = (
  footprint: FootprintChoices | undefined,
  overrides: Partial<RunEntry> = {},
): RunRecord => {
  const record = buildRecord(
    scriptedRun({
      startedAt: '2026-01-05T21:00:00.000Z',
      pue: { ...scriptedRun().pue, value: 1.5, low: 1.5, high: 1.5 },
      ...overrides,
      ...(footprint && { footprint }),
    }),
    readings,
  )
  expect(parseRecord(JSON.parse(JSON.stringify(record)), 'test')).toEqual(record)
  return record
}
const plain = recordWith(undefined)

describe('a run of which nothing was stated', () => {
  it('has none of the lines, and no zeros in their place', () => {
    for (const line of ['water', 'cost', 'preparation', 'offsets']) expect(plain).not.toHaveProperty(line)
    expect(plain.energy).not.toHaveProperty('losses')
  })
})

describe('losses on the way to the parts', () => {
  it('are lines of their own, and in facility energy and carbon but not in IT energy', () => {
    const record = recordWith({ psuEfficiency: 0.8, boardShare: 0.25 })
    expect(record.energy.total_kwh).toEqual(plain.energy.total_kwh)
    expect(record.energy.losses!.board_kwh!.value).toBeCloseTo(0.4 * 0.25, 9)
    expect(record.energy.losses!.psu_kwh!.value).toBeCloseTo(0.5 * 0.25, 9)
    expect(record.energy.facility_kwh!.value).toBeCloseTo(0.625 * 1.5, 9)
    expect(record.carbon.operational_g!.value).toBeCloseTo(0.625 * 1.5 * 100, 6)
  })

  it('are in the carbon of epochs, which add up to the run', () => {
    const record = recordWith({ psuEfficiency: 0.8 })
    const sum = record.epochs.reduce((total, epoch) => total + epoch.carbon_g!.value, 0)
    expect(sum).toBeCloseTo(record.carbon.operational_g!.value, 6)
    expect(record.epochs[0]!.energy_kwh!.value).toBeCloseTo(0.1, 6)
  })

  it('are not counted twice where the wall or the board was seen', () => {
    const seen = (spec: Partial<SensorSpec>) =>
      recordWith({ psuEfficiency: 0.8, boardShare: 0.25 }, { sensors: [packageCounter(spec)] }).energy
    expect(seen({ domain: 'wall', covers: ['cpu', 'gpu', 'memory', 'other'] }).losses).toEqual({
      reason: expect.stringContaining('read at the wall'),
    })
    const { losses } = seen({ domain: 'platform', covers: ['cpu', 'memory', 'other'] })
    expect(losses).not.toHaveProperty('board_kwh')
    expect(losses!.reason).toContain('inside')
    expect(losses!.psu_kwh!.value).toBeCloseTo(0.4 * 0.25, 9)
  })
})

describe('water', () => {
  it('is that of the site and that of the electricity', () => {
    const { water } = recordWith({ wue: 1.8, waterIntensity: 3 })
    expect(water!.site_l!.value).toBeCloseTo(0.4 * 1.8, 9)
    expect(water!.electricity_l!.value).toBeCloseTo(0.4 * 1.5 * 3, 9)
    expect(water!.total_l!.value).toBeCloseTo(0.72 + 1.8, 9)
    expect(water).not.toHaveProperty('reason')
  })

  it('has no total where one of the two is unknown, and says so', () => {
    const { water } = recordWith({ wue: 0 })
    expect(water!.site_l!.value).toBe(0)
    expect(water).not.toHaveProperty('total_l')
    expect(water!.reason).toContain('waterIntensity')
    expect(recordWith({ waterIntensity: 3 }).water!.reason).toContain('wue')
  })
})

describe('cost', () => {
  it('is energy at the meter × price', () => {
    const { cost } = recordWith({ tariff: { currency: 'EUR', perKwh: 0.3 } })
    expect(cost).toMatchObject({ currency: 'EUR', per_kwh: 0.3 })
    expect(cost!.electricity).toMatchObject({ unit: 'EUR', value: expect.closeTo(0.4 * 1.5 * 0.3, 9) })
  })

  it('takes the energy of each hour at the price of that hour, not the mean at the mean', () => {
    const tariff = parseTariff('0.40 EUR; 22:00-06:00 0.10; UTC')!
    const { cost } = recordWith({ tariff })
    expect(cost!.electricity.value).toBeCloseTo(1.5 * (0.1 * 0.4 + 0.3 * 0.1), 6)
    expect(cost!.per_kwh).toBeCloseTo(0.07 / 0.4, 6)
    expect(1.5 * 0.4 * 0.25).toBeGreaterThan(1.4 * cost!.electricity.value)
  })
})

describe('preparation and offsets', () => {
  it('preparation is beside the total', () => {
    const record = recordWith({ preparationFactor: 4 })
    expect(record.preparation!.energy_kwh!.value).toBeCloseTo(1.6, 9)
    expect(record.preparation!.carbon_g!.value).toBeCloseTo(4 * plain.carbon.operational_g!.value, 6)
    expect(record.carbon).toEqual(plain.carbon)
  })

  it('offsets are taken off nothing', () => {
    const record = recordWith({ offsetKg: 1000 })
    expect(record.offsets).toEqual({ stated_kg: 1000 })
    expect(record.carbon).toEqual(plain.carbon)
  })
})

describe('embodied carbon', () => {
  const gpu = (overrides: Partial<SensorSpec> = {}) =>
    packageCounter({
      id: 'nvidia/0',
      provider: 'nvidia',
      domain: 'gpu',
      device: 'gpu-0',
      component: 'gpu',
      covers: ['gpu'],
      scale: 1e-3,
      maxPowerWatts: 700,
      readAtBoundary: false,
      product: 'NVIDIA H100 80GB HBM3',
      ...overrides,
    })
  const twoSensors = (joules: (seconds: number) => number): JournalEntry[] => [
    ...Array.from({ length: 361 }, (_, i) => tickAt(i * 10, [i * 1e9, joules(i * 10) * 1e3])),
    { type: 'stop', t: 3600e9, status: 'finished' },
  ]
  const server = { ...scriptedRun().machine, cpuModel: 'AMD EPYC 7763 64-Core Processor', sockets: 2 }
  const run = (overrides: Partial<RunEntry> = {}) =>
    scriptedRun({ embodied: true, machine: server, sensors: [packageCounter(), gpu()], ...overrides })

  it('counts the accelerators that the run used, by their model', () => {
    const { carbon } = buildRecord(
      run(),
      twoSensors(seconds => 500 * seconds),
    )
    expect(carbon.embodied_parts?.map(({ name, whole_kg }) => [name, whole_kg])).toEqual([
      ['server', 2500],
      ['accelerator', 164],
    ])
    expect(carbon.embodied_parts![1]!.carbon_g.value).toBeCloseTo(164_000 / 35_040, 6)
    const sum = carbon.embodied_parts!.reduce((total, { carbon_g }) => total + carbon_g.value, 0)
    expect(carbon.embodied_g!.value).toBeCloseTo(sum, 9)
  })

  it('takes an accelerator of which no table knows for an average one, and leaves out one that did nothing', () => {
    const unknown = run({ sensors: [packageCounter(), gpu({ product: 'NVIDIA X9000' })] })
    const { carbon } = buildRecord(
      unknown,
      twoSensors(seconds => 500 * seconds),
    )
    expect(carbon.embodied_parts?.[1]).toMatchObject({ name: 'accelerator', whole_kg: 150 })
    expect(
      buildRecord(
        run(),
        twoSensors(() => 0),
      ).carbon.embodied_parts,
    ).toHaveLength(1)
  })

  it('counts a partition of a board as its part', () => {
    const partition = run({ sensors: [packageCounter(), gpu({ share: 3 / 7 })] })
    const { carbon } = buildRecord(
      partition,
      twoSensors(seconds => 500 * seconds),
    )
    expect(carbon.embodied_parts![1]!.resource_share).toBeCloseTo(3 / 7, 9)
  })

  it('takes a laptop with all that is in it', () => {
    const laptop = { ...server, cpuModel: 'Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz' }
    const { carbon } = buildRecord(
      run({ machine: laptop }),
      twoSensors(seconds => 50 * seconds),
    )
    expect(carbon.embodied_parts?.map(({ name }) => name)).toEqual(['laptop'])
  })

  it('goes by parts, lifetime and own figure where they are stated', () => {
    const parts = (footprint: FootprintChoices) =>
      buildRecord(run({ footprint, sensors: [packageCounter()] }), readings).carbon.embodied_parts!
    expect(parts({ embodiedByParts: true, storageGb: 960 }).map(({ name }) => name)).toEqual([
      'cpu',
      'memory',
      'storage',
      'enclosure',
    ])
    expect(parts({ lifetimeYears: 6 })[0]!.lifetime_h).toBe(6 * 8760)
    expect(parts({ machineKg: 800 })[0]!.whole_kg).toBe(800)
  })
})

describe('the journal', () => {
  it('keeps what was stated, so that a record can be computed again', () => {
    const entry = scriptedRun({
      footprint: {
        psuEfficiency: 0.9,
        tariff: parseTariff('0.3 EUR; Sat-Sun 0.2; UTC')!,
        embodiedByParts: true,
        offsetKg: 3,
      },
    })
    expect(parseEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry)
    expect(parseEntry({ ...entry, footprint: { tariff: 'free' } })).toBeUndefined()
  })
})
