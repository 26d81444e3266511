import { describe, expect, it } from 'vitest'
import { parseRecord } from '../record/record-schema.js'
import { readCarbontrackerLog } from './carbontracker.js'
import { isCarbontrackerLog } from './carbontracker-log.js'

/** Both logs of one run, as carbontracker 2.3.1 writes them for a simulated processor of 140 W without a network. */
const STANDARD = `2026-11-23 13:31:58 - carbontracker version 2.3.1
2026-11-23 13:31:58 - Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.58 (Daniel Bizo, 2023, Uptime Institute Global Data Center Survey).
2026-11-23 13:31:58 - The following components were found: CPU with device(s) AMD EPYC 7763.
2026-11-23 13:31:58 - Monitoring thread started.
2026-11-23 13:32:01 - Epoch 1:
2026-11-23 13:32:01 - Duration: 0:00:03.03
2026-11-23 13:32:01 - Average power usage (W) for cpu: 140.0
2026-11-23 13:32:01 - Live carbon intensity could not be fetched at detected location: Unknown. Defaulted to average carbon intensity for world in 2019 of 481.00 gCO2/kWh. at detected location: UNDETECTED.
2026-11-23 13:32:04 - Epoch 2:
2026-11-23 13:32:04 - Duration: 0:00:03.00
2026-11-23 13:32:04 - Average power usage (W) for cpu: 140.0
2026-11-23 13:32:07 - Epoch 3:
2026-11-23 13:32:07 - Duration: 0:00:03.06
2026-11-23 13:32:07 - Average power usage (W) for cpu: 140.0
2026-11-23 13:32:07 - Training was interrupted before all -1 epochs were monitored.
2026-11-23 13:32:07 - Carbon intensities (gCO2/kWh) fetched every 900 s at detected location UNDETECTED: [481]
2026-11-23 13:32:07 - Average carbon intensity during training was 481.00 gCO2/kWh at detected location: UNDETECTED.
2026-11-23 13:32:07 - Monitoring thread ended.
`
const OUTPUT = `2026-11-23 13:31:58 - CarbonTracker: The following components were found: CPU with device(s) AMD EPYC 7763.
2026-11-23 13:32:01 - CarbonTracker: Live carbon intensity could not be fetched at detected location: Unknown. Defaulted to average carbon intensity for world in 2019 of 481.00 gCO2/kWh. at detected location: UNDETECTED.
2026-11-23 13:32:01 - CarbonTracker: \nPredicted consumption for 3 epoch(s):
	Time:	0:00:09
	Energy:	0.000558333897 kWh
	CO2eq:	0.268558604244 g
	This is equivalent to:
	0.002498219574 km travelled by car
2026-11-23 13:32:07 - CarbonTracker: Average carbon intensity during training was 481.00 gCO2/kWh at detected location: UNDETECTED.
2026-11-23 13:32:07 - CarbonTracker: \nActual consumption for 2 epoch(s):
	Time:	0:00:09
	Energy:	0.000558617101 kWh
	CO2eq:	0.268694825406 g
	This is equivalent to:
	0.002499486748 km travelled by car
2026-11-23 13:32:07 - CarbonTracker: Finished monitoring.
`

const one = (text: string) => {
  const { records, problems } = readCarbontrackerLog(text)
  expect(problems).toEqual([])
  return records[0]!
}

const codes = (record: ReturnType<typeof one>) => record.warnings.map(({ code }) => code)

describe('readCarbontrackerLog', () => {
  it('finds in the epochs what carbontracker itself printed', () => {
    const record = one(STANDARD)
    expect(record.energy.facility_kwh!.value).toBeCloseTo(0.000558617101, 6)
    expect(record.energy.total_kwh!.value).toBeCloseTo((140 * 9.09) / 3.6e6, 12)
    expect(record.carbon.operational_g!.value).toBeCloseTo(0.2687, 3)
    expect(record.epochs.map(({ index, energy_kwh }) => [index, energy_kwh!.value])).toEqual([
      [0, expect.closeTo((140 * 3.03) / 3.6e6, 12)],
      [1, expect.closeTo((140 * 3) / 3.6e6, 12)],
      [2, expect.closeTo((140 * 3.06) / 3.6e6, 12)],
    ])
    expect(record).toMatchObject({
      status: 'finished',
      started_at: '2026-11-23T13:31:58.000Z',
      software: { carbontracker: '2.3.1' },
      hardware: { cpu_model: 'AMD EPYC 7763' },
      pue: { value: 1.58, how: 'import' },
      grid: { zone: 'WORLD', fallback: true },
      location: { how: 'unknown' },
    })
    // The world's average is a guess at the place: as wide as countries are apart.
    expect(record.grid.g_per_kwh.low).toBeLessThan(50)
    expect(record.outside_epochs).not.toHaveProperty('energy_kwh')
    expect(codes(record)).toEqual(expect.arrayContaining(['IMPORTED', 'GRID_FALLBACK', 'IMPORT_PARTIAL']))
    expect(parseRecord(structuredClone(record), 'test')).toEqual(record)
  })

  it('keeps epochs in order, without overlap', () => {
    const { epochs, duration_s } = one(STANDARD)
    let before = 0
    for (const { started_s, ended_s } of epochs) {
      expect(started_s).toBeGreaterThanOrEqual(before - 1e-9)
      expect(ended_s).toBeGreaterThan(started_s)
      before = ended_s
    }
    expect(duration_s).toBeGreaterThanOrEqual(before)
  })

  it('takes the total alone from the output log, under the same id', () => {
    const record = one(OUTPUT)
    expect(record.id).toBe(one(STANDARD).id)
    expect(record.energy.facility_kwh!.value).toBeCloseTo(0.000558617101, 12)
    expect(record.carbon.operational_g!.value).toBeCloseTo(0.268694825406, 9)
    expect(record.epochs).toEqual([])
    expect(record.energy.components.cpu).toEqual({ reason: expect.stringContaining('without "_output"') })
    expect(record.pue).toMatchObject({ tier: 'assumed' })
  })

  const withGpus = (version: string, watts: string) =>
    STANDARD.replace('2.3.1', version)
      .replace(
        'CPU with device(s) AMD EPYC 7763.',
        'GPU with device(s) NVIDIA A100, NVIDIA A100. CPU with device(s) cpu:0.',
      )
      .replaceAll(
        'for cpu: 140.0\n',
        `for gpu: ${watts}\n2026-11-23 13:32:01 - Average power usage (W) for cpu: 100.0\n`,
      )

  it('adds up the devices that older versions list, over several lines if need be', () => {
    for (const watts of ['[250.5 249.5]', '[250.5\n 249.5]']) {
      const { gpu, cpu } = one(withGpus('1.2.5', watts)).energy.components
      expect(gpu.kwh!.value).toBeCloseTo((500 * 9.09) / 3.6e6, 12)
      expect(cpu.kwh!.value).toBeCloseTo((100 * 9.09) / 3.6e6, 12)
    }
  })

  it('leaves room above for a mean that stands where a sum is meant', () => {
    const record = one(withGpus('2.3.1', '250.0'))
    const { gpu, cpu } = record.energy.components
    expect(gpu.kwh!.value).toBeCloseTo((250 * 9.09) / 3.6e6, 12)
    expect(gpu.kwh!.high).toBeGreaterThan((500 * 9.09) / 3.6e6)
    expect(cpu.kwh!.high).toBeLessThan((200 * 9.09) / 3.6e6)
    expect(codes(record)).toContain('IMPORT_DEVICES')
    expect(record.energy.measured_share).toBeCloseTo(250 / 350, 6)
    expect(codes(one(withGpus('1.2.5', '[250.0 250.0]')))).not.toContain('IMPORT_DEVICES')
  })

  it.each(['None', '0.0', '[]'])('does not take %s for a power', watts => {
    const record = one(STANDARD.replaceAll('140.0', watts))
    expect(record.energy).not.toHaveProperty('total_kwh')
    expect(record.energy.components.cpu).toEqual({ reason: expect.stringContaining('could not be read') })
    expect(record.epochs[0]).not.toHaveProperty('energy_kwh')
  })

  it('knows the place that was detected', () => {
    const record = one(
      STANDARD.replaceAll('UNDETECTED', 'Copenhagen, Capital Region, DK')
        .replace('481.00 gCO2/kWh at', '58.59 gCO2eq/kWh at')
        .replace(/.*Defaulted to.*\n/, ''),
    )
    expect(record.location).toEqual({ country: 'DK', how: 'import' })
    expect(record.grid).toMatchObject({ zone: 'DK', fallback: false, g_per_kwh: { value: 58.59 } })
  })

  it('says when a log breaks off', () => {
    const record = one(STANDARD.split('\n').slice(0, 9).join('\n'))
    expect(record).toMatchObject({ status: 'killed', epochs: [{ index: 0 }] })
    expect(record.status_reason).toContain('log ends')
    expect(codes(record)).toContain('IMPORT_GRID')
  })

  it('reads CR LF', () => {
    expect(one(STANDARD.replaceAll('\n', '\r\n'))).toEqual(one(STANDARD))
  })

  it('tells of logs without a measurement', () => {
    const [, found] = STANDARD.split(/(?=2026-11-23 13:31:58 - The)/)
    expect(readCarbontrackerLog(found!.split('\n')[0]!).problems[0]!.message).toContain('neither epochs nor')
    expect(readCarbontrackerLog('').problems[0]!.message).toContain('which components')
    expect(isCarbontrackerLog(STANDARD)).toBe(true)
    expect(isCarbontrackerLog(OUTPUT)).toBe(true)
    expect(isCarbontrackerLog('2026-01-05 12:00:00 - hello')).toBe(false)
  })
})
