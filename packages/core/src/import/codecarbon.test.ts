import { describe, expect, it } from 'vitest'
import { parseRecord } from '../record/record-schema.js'
import { isCodeCarbonCsv, readCodeCarbonCsv } from './codecarbon.js'
import { CODECARBON_COLUMNS } from './codecarbon-columns.js'

/** The 38 columns of CodeCarbon 3.3.0, and a row of each kind as that version writes them. */
const HEADER =
  'timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,ram_utilization_percent,ram_used_gb,on_cloud,pue,wue'
const WHOLE =
  '2026-11-23T13:31:49,"first, ""quoted""",08e02661-7d6d-4876-b687-9e2e802c00b2,5b0fa12a-3dd7-45bb-9766-cc326314d9f1,3.083853442999498,1.0987005352591185e-06,3.5627521072806616e-07,2.6,0.0,20.0,2.569062093557174e-06,0.0,1.7036936144439905e-05,1.960599823799708e-05,0.0,France,FRA,,,,Linux-6.1-x86_64-with-glibc2.36,3.11.7,3.3.0,2,AMD EPYC,0,,,,23.54058837890625,machine,0.0,0,16.25,3.82379150390625,N,1.0,0.0'
/** The second run of an offline tracker in the same file: region, longitude and latitude are gone without a gap. */
const SHIFTED =
  '2026-11-23T13:31:56,"first, ""quoted""",82fb1f41-eef1-4fd9-8534-d84c3ac02963,5b0fa12a-3dd7-45bb-9766-cc326314d9f1,3.0766913779998504,1.0719948974965778e-06,3.484245788063017e-07,4.4,0.0,20.0,2.181845157775873e-06,0.0,1.6947598577775757e-05,1.912944373555163e-05,0.0,France,FRA,,,Linux-6.1-x86_64-with-glibc2.36,3.11.7,3.3.0,2,AMD EPYC,0,,23.54058837890625,machine,0.0,0,17.45,4.1123046875,N,1.0,0.0'

const COLUMNS = HEADER.split(',')

/** A row of one's own choosing; what is not named is empty. */
const rowOf = (values: Readonly<Record<string, string | number>>, columns = COLUMNS): string =>
  columns.map(column => `${values[column] ?? ''}`).join(',')

const RUN = {
  timestamp: '2026-01-05T13:00:00',
  project_name: 'mnist',
  run_id: 'a1b2',
  duration: 3600,
  emissions: 0.15,
  cpu_energy: 0.2,
  gpu_energy: 0.3,
  ram_energy: 0.1,
  energy_consumed: 0.6,
  country_name: 'Germany',
  country_iso_code: 'DEU',
  codecarbon_version: '3.3.0',
  cpu_model: 'AMD EPYC 7763',
  cpu_count: 8,
  gpu_count: 1,
  gpu_model: '1 x NVIDIA A100',
  ram_total_size: 63.9,
  tracking_mode: 'machine',
  on_cloud: 'N',
  pue: 1.2,
  longitude: 13.404954,
  latitude: 52.520008,
}

const one = (change: Readonly<Record<string, string | number>> = {}, columns = COLUMNS) => {
  const { records, problems } = readCodeCarbonCsv(
    `${columns.join(',')}\n${rowOf({ ...RUN, ...change }, columns)}\n`,
  )
  expect(problems).toEqual([])
  expect(records).toHaveLength(1)
  return records[0]!
}

const codes = (record: ReturnType<typeof one>) => record.warnings.map(({ code }) => code)

describe('what a row says beside energy and carbon', () => {
  it('is taken over: power, load and water', () => {
    const record = one({
      cpu_power: 42.5,
      gpu_power: 120,
      ram_power: 20,
      cpu_utilization_percent: 55,
      gpu_utilization_percent: 80,
      ram_utilization_percent: 16,
      ram_used_gb: 3.8,
      wue: 1.8,
      water_consumed: 1.08,
    })
    expect(record.metrics).toEqual({
      'codecarbon/cpu_power_w': 42.5,
      'codecarbon/gpu_power_w': 120,
      'codecarbon/memory_power_w': 20,
      'codecarbon/gpu_utilisation_percent': 80,
      'codecarbon/memory_utilisation_percent': 16,
      'codecarbon/memory_used_gb': 3.8,
    })
    expect(record.methodology.utilisation).toBe(0.55)
    expect(record.water!.site_l).toMatchObject({ value: 1.08, unit: 'L' })
    expect(record.water).not.toHaveProperty('total_l')
    expect(parseRecord(structuredClone(record), 'test')).toEqual(record)
  })

  it('is absent where CodeCarbon wrote 0 for it', () => {
    const record = one({ cpu_power: 0, cpu_utilization_percent: 0, water_consumed: 0, wue: 0 })
    expect(record.metrics).toEqual({})
    expect(record).not.toHaveProperty('water')
    expect(record.methodology).not.toHaveProperty('utilisation')
  })
})

describe('readCodeCarbonCsv', () => {
  it('knows all 38 columns', () => {
    expect(COLUMNS).toHaveLength(38)
    for (const column of COLUMNS) expect(CODECARBON_COLUMNS, column).toHaveProperty([column])
  })

  it('takes PUE out of the energy, and keeps the carbon', () => {
    const record = one()
    expect(record.energy.total_kwh!.value).toBeCloseTo(0.5, 12)
    expect(record.energy.facility_kwh!.value).toBeCloseTo(0.6, 12)
    expect(record.carbon.operational_g!.value).toBeCloseTo(150, 9)
    expect(record.grid).toMatchObject({
      zone: 'DE',
      basis: 'unknown',
      kind: 'average',
      source: 'CodeCarbon',
      fallback: false,
    })
    expect(record.grid.g_per_kwh.value).toBeCloseTo(250, 9)
    expect(record.energy.components.gpu.kwh).toMatchObject({ tier: 'measured' })
    expect(record.energy.components.gpu.kwh!.value).toBeCloseTo(0.25, 12)
    expect(record.energy.measured_share).toBeCloseTo(0.5, 12)
    expect(record).toMatchObject({
      id: 'codecarbon-a1b2',
      name: 'mnist',
      project: 'mnist',
      started_at: '2026-01-05T12:00:00.000Z',
      ended_at: '2026-01-05T13:00:00.000Z',
      scope: 'machine',
      location: { country: 'DE', how: 'import' },
      pue: { value: 1.2, how: 'import' },
      software: { codecarbon: '3.3.0' },
      hardware: { cpu_model: 'AMD EPYC 7763', threads: 8, gpus: 1, memory_gb: 63.9 },
      tags: { imported_from: 'codecarbon' },
    })
    expect(record.carbon).not.toHaveProperty('embodied_g')
    expect(parseRecord(structuredClone(record), 'test')).toEqual(record)
  })

  it('takes over no position on the map', () => {
    expect(JSON.stringify(one())).not.toMatch(/13\.404954|52\.520008|longitude|latitude/)
  })

  it('reads what version 3.3.0 writes, the row that it shifted included', () => {
    const { records, problems } = readCodeCarbonCsv(`${HEADER}\n${WHOLE}\n${SHIFTED}\n`)
    expect(problems).toEqual([])
    const [whole, shifted] = records
    expect(whole!.name).toBe('first, "quoted"')
    expect(whole!.carbon.operational_g!.value).toBeCloseTo(1.09870053525e-3, 12)
    expect(codes(whole!)).not.toContain('IMPORT_REPAIRED')
    expect(shifted!.carbon.operational_g!.value).toBeCloseTo(1.07199489749e-3, 12)
    expect(shifted!.energy.total_kwh!.value).toBeCloseTo(1.912944373555163e-5, 14)
    expect(shifted!.hardware).toMatchObject({ cpu_model: 'AMD EPYC', threads: 2, memory_gb: 23.5, gpus: 0 })
    expect(shifted!.software).toMatchObject({ codecarbon: '3.3.0', python: '3.11.7' })
    expect(shifted!.tags).toMatchObject({ tracking_mode: 'machine' })
    expect(shifted!.warnings).toContainEqual({
      code: 'IMPORT_REPAIRED',
      message: expect.stringContaining('35 cells where the header has 38'),
    })
  })

  it('reads byte order marks and CR LF', () => {
    const { records } = readCodeCarbonCsv(`\uFEFF${HEADER}\r\n${WHOLE}\r\n`)
    expect(records[0]!.software.codecarbon).toBe('3.3.0')
  })

  it.each<[string, readonly string[]]>([
    [
      '1.x',
      [
        'timestamp',
        'project_name',
        'duration',
        'emissions',
        'energy_consumed',
        'country_name',
        'country_iso_code',
        'region',
        'on_cloud',
        'cloud_provider',
        'cloud_region',
      ],
    ],
    [
      '2.x',
      [
        'timestamp',
        'project_name',
        'run_id',
        'duration',
        'emissions',
        'emissions_rate',
        'cpu_power',
        'gpu_power',
        'ram_power',
        'cpu_energy',
        'gpu_energy',
        'ram_energy',
        'energy_consumed',
        'country_name',
        'country_iso_code',
        'region',
        'cloud_provider',
        'cloud_region',
        'os',
        'python_version',
        'codecarbon_version',
        'cpu_count',
        'cpu_model',
        'gpu_count',
        'gpu_model',
        'longitude',
        'latitude',
        'ram_total_size',
        'tracking_mode',
        'on_cloud',
      ],
    ],
  ])('reads the columns of %s, without PUE', (_version, columns) => {
    const record = one({}, [...columns])
    expect(record.energy.total_kwh!.value).toBeCloseTo(0.6, 12)
    expect(record.carbon.operational_g!.value).toBeCloseTo(150, 9)
    expect(record.pue).toMatchObject({ value: 1, tier: 'assumed' })
    expect(record.id).toMatch(/^codecarbon-/)
    expect(one({}, [...columns]).id).toBe(record.id)
  })

  it('tells tasks of one run apart', () => {
    const columns = ['task_name', ...COLUMNS]
    const { records } = readCodeCarbonCsv(
      [
        columns.join(','),
        rowOf({ ...RUN, task_name: 'load' }, columns),
        rowOf({ ...RUN, task_name: 'fit' }, columns),
      ].join('\n'),
    )
    expect(new Set(records.map(({ id }) => id)).size).toBe(2)
    expect(records.map(({ name }) => name)).toEqual(['mnist: load', 'mnist: fit'])
  })

  it('takes the longest of the rows that flushes left of one run', () => {
    const { records } = readCodeCarbonCsv(
      [
        HEADER,
        rowOf({ ...RUN, duration: 100, emissions: 0.01 }),
        rowOf(RUN),
        rowOf({ ...RUN, duration: 200 }),
      ].join('\n'),
    )
    expect(records).toHaveLength(1)
    expect(records[0]!.duration_s).toBe(3600)
    expect(codes(records[0]!)).toContain('IMPORT_INTERMEDIATE')
  })

  it('does not take 0 or a negative energy for a figure', () => {
    const { components } = one({ gpu_energy: 0, cpu_energy: -1, ram_energy: '' }).energy
    expect(components.gpu).toEqual({ reason: expect.stringContaining('gpu_energy is 0') })
    expect(components.cpu).toEqual({ reason: expect.stringContaining('negative') })
    expect(components.memory).toEqual({ reason: 'the file has no ram_energy' })
  })

  it('says when the parts are not the whole', () => {
    const record = one({ energy_consumed: 1.2 })
    expect(record.energy.total_kwh!.value).toBeCloseTo(1, 12)
    expect(codes(record)).toContain('IMPORT_SUM')
  })

  it('has no carbon where there is no energy, and no energy where there is none', () => {
    const record = one({ energy_consumed: 0, emissions: 0, cpu_energy: 0, gpu_energy: 0, ram_energy: 0 })
    expect(record.energy).not.toHaveProperty('total_kwh')
    expect(record.carbon).toEqual({ reason: expect.stringContaining('no energy') })
  })

  it('does not take emissions of 0 for a grid without emissions', () => {
    const record = one({ emissions: 0 })
    expect(record.grid.g_per_kwh.value).toBeGreaterThan(100)
    expect(codes(record)).toContain('IMPORT_GRID')
  })

  it('warns of the place that CodeCarbon takes when it finds none', () => {
    const quebec = { country_name: 'Canada', country_iso_code: 'CAN', region: 'quebec' }
    expect(codes(one({ ...quebec, emissions: 0.6 * 3.94e-3 }))).toContain('IMPORT_PLACE')
    expect(codes(one({ ...quebec, emissions: 0.6 * 0.03 }))).not.toContain('IMPORT_PLACE')
    expect(one(quebec).location).toMatchObject({ country: 'CA', region: 'CA-QC' })
  })

  it('flags the average of the world', () => {
    const record = one({ country_name: '', country_iso_code: '', emissions: 0.6 * 0.475 })
    expect(record.grid).toMatchObject({ zone: 'WORLD', fallback: true })
    expect(codes(record)).toContain('GRID_FALLBACK')
    expect(one().grid.fallback).toBe(false)
  })

  it('takes over a cloud region that is known, and no other', () => {
    const gcp = {
      on_cloud: 'Y',
      cloud_provider: 'gcp',
      cloud_region: 'europe-west9',
      country_iso_code: 'FRA',
    }
    expect(one(gcp).location).toMatchObject({ country: 'FR', provider: 'gcp', cloud_region: 'europe-west9' })
    expect(one({ ...gcp, cloud_region: 'mars-1' }).location).not.toHaveProperty('provider')
    expect(one({ ...gcp, on_cloud: 'N' }).location).not.toHaveProperty('provider')
  })

  it.each<[string, string, RegExp]>([
    ['a row that is too long', `${rowOf(RUN)},1`, /39 cells where the header has 38/],
    ['a row that broke off', 'x,y,z', /fits them in no way/],
    ['no time', rowOf({ ...RUN, timestamp: 'yesterday' }), /timestamp is no time/],
    ['a duration in words', rowOf({ ...RUN, duration: 'long' }), /duration is no number/],
    ['no emissions', rowOf({ ...RUN, emissions: '' }), /emissions is no number/],
    ['a PUE below 1', rowOf({ ...RUN, pue: 0.5 }), /pue is below 1/],
  ])('tells of %s and goes on', (_what, row, message) => {
    const { records, problems } = readCodeCarbonCsv(
      [HEADER, row, rowOf({ ...RUN, run_id: 'next' })].join('\n'),
    )
    expect(problems).toEqual([{ line: 2, message: expect.stringMatching(message) }])
    expect(records.map(({ id }) => id)).toEqual(['codecarbon-next'])
  })

  it('is known by its header', () => {
    expect(isCodeCarbonCsv(HEADER)).toBe(true)
    expect(isCodeCarbonCsv('timestamp,duration\n')).toBe(false)
    expect(isCodeCarbonCsv('')).toBe(false)
    expect(readCodeCarbonCsv('a,b\n1,2').problems[0]!.message).toContain('no timestamp')
  })
})
