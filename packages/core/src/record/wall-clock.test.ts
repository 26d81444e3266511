// What the time of day decides of a record: its dates, and what electricity cost.
import { describe, expect, it } from 'vitest'
import { parseTariff } from '../footprint/tariff.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'
import { WallClock } from './wall-clock.js'

const HOUR = 3600
/** A kilowatt from the first hour to the last, read every half hour. */
const kilowatt = (hours: number): JournalEntry[] => [
  ...Array.from({ length: hours * 2 + 1 }, (_, half) => tickAt((half * HOUR) / 2, [half * 1.8e12])),
  { type: 'stop', t: hours * HOUR * 1e9, status: 'finished' },
]
const counter = { ...scriptedRun().sensors[0]!, maxPowerWatts: 2000 }
// A counter that does not wrap in a day.
const { wrapRaw: _, ...unwrapping } = counter
const run = (tariff: string, startedAt: string): RunEntry =>
  scriptedRun({ startedAt, sensors: [unwrapping], footprint: { tariff: parseTariff(tariff)! } })
const slept = (hour: number, hours: number): JournalEntry => ({
  type: 'clock',
  t: hour * HOUR * 1e9,
  sleptMs: hours * HOUR * 1000,
  steppedMs: 0,
})

describe('the time of day', () => {
  it('goes on while the machine sleeps, and nothing is drawn', () => {
    const night = run('0.30 EUR; 22:00-06:00 0.20; UTC', '2026-01-05T20:00:00.000Z')
    // Two hours awake, eight asleep, two awake.
    const record = buildRecord(
      night,
      [...kilowatt(4), slept(2, 8)].sort((a, b) => a.t - b.t),
    )
    expect(record).toMatchObject({ duration_s: 4 * HOUR, ended_at: '2026-01-06T08:00:00.000Z' })
    expect(record.energy.total_kwh?.value).toBeCloseTo(4, 9)
    expect(record.cost?.electricity.value).toBeCloseTo(4 * 0.3, 9)
    expect(record.warnings.map(({ code, message }) => `${code} ${message}`)).toContainEqual(
      expect.stringMatching(/^MACHINE_SLEPT .*8 h/),
    )
    expect(buildRecord(night, kilowatt(4)).cost?.electricity.value).toBeCloseTo(2 * 0.3 + 2 * 0.2, 9)
  })

  it('takes no notice of where somebody set the clock, and says so', () => {
    const day = run('0.30 EUR; 22:00-06:00 0.20; UTC', '2026-01-05T20:00:00.000Z')
    const set = { type: 'clock', t: 1e12, sleptMs: 0, steppedMs: -365 * 86_400_000 } as const
    const [plain, record] = [kilowatt(4), [...kilowatt(4), set]].map(entries => buildRecord(day, entries))
    const { warnings, ...figures } = record!
    expect(figures).toEqual({ ...plain, warnings: undefined })
    expect(warnings).toContainEqual({
      code: 'CLOCK_SET',
      message: expect.stringContaining('set back by 365 days'),
    })
  })

  // Berlin 2026: on 29 March 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.
  it.each([
    ['of 23 hours', '2026-03-28T23:00:00.000Z', 23],
    ['of 25 hours', '2026-10-24T22:00:00.000Z', 25],
  ])('puts a day %s into the hours of its tariff', (_, startedAt, hours) => {
    const tariff = '0.30 EUR; 00:00-06:00 0.20; Europe/Berlin'
    const { cost, energy } = buildRecord(run(tariff, startedAt), kilowatt(hours))
    expect(energy.total_kwh?.value).toBeCloseTo(hours, 9)
    // Six hours of the clock are five or seven; the other eighteen are eighteen.
    expect(cost?.electricity.value).toBeCloseTo((hours - 18) * 0.2 + 18 * 0.3, 9)
  })

  it('counts both hours that the clock shows twice, each at its price', () => {
    const tariff = '0.30 EUR; 02:00-03:00 0.10; Europe/Berlin'
    const { cost } = buildRecord(run(tariff, '2026-10-24T23:30:00.000Z'), kilowatt(3))
    expect(cost?.electricity.value).toBeCloseTo(2 * 0.1 + 1 * 0.3, 9)
  })
})

it('the hours awake, dated, are the whole run', () => {
  const wall = new WallClock({ startedAt: '2026-01-05T00:00:00.000Z' }, [
    { type: 'clock', t: 10e9, sleptMs: 5000, steppedMs: 0 },
    { type: 'clock', t: 20e9, sleptMs: 0, steppedMs: 9000 },
    { type: 'clock', t: 30e9, sleptMs: 7000, steppedMs: 0 },
  ])
  const start = Date.parse('2026-01-05T00:00:00.000Z')
  expect(wall.awake(25e9)).toEqual([
    { from: 0, to: 10e9, fromMs: start },
    { from: 10e9, to: 25e9, fromMs: start + 15_000 },
  ])
  expect(wall.at(31e9)).toBe(start + 31_000 + 12_000)
})
