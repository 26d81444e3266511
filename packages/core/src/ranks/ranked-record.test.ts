import { describe, expect, it } from 'vitest'
import type { JournalEntry, OtherRank } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import { parseRecord } from '../record/record-schema.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'

const other = (from: number, to?: number, more: Partial<OtherRank> = {}): OtherRank => ({
  from: from * 1e9,
  ...(to !== undefined && { to: to * 1e9 }),
  boards: [],
  scope: 'machine',
  staticPolicy: 'full',
  ...more,
})

/** A package at 100 W for 10 s. */
const record = (others: readonly OtherRank[], earlier: readonly JournalEntry[] = []) => {
  const ticks = Array.from({ length: 11 }, (_, second) => tickAt(second, [second * 100e6]))
  return buildRecord(scriptedRun({ embodied: true }), [
    ...ticks,
    ...earlier,
    { type: 'ranks', t: 9e9, owner: true, others },
    { type: 'stop', t: 10e9, status: 'finished' },
  ])
}
const joules = (built: ReturnType<typeof record>): number => built.energy.total_kwh!.value * 3.6e6

describe('the record of a rank', () => {
  it('has its part of the machine for the time that others were there', () => {
    // Alone for 2 s, one of two for 6 s, one of three for 2 s.
    const built = record([other(2), other(8)])
    expect(joules(built)).toBeCloseTo(100 * (2 + 6 / 2 + 2 / 3), 6)
    expect(built.energy.machine_kwh!.value * 3.6e6).toBeCloseTo(1000, 6)
    expect(built.ranks).toMatchObject({ most: 3, owner: true })
    expect(built.ranks!.divided_share).toBeCloseTo((2 + 6 / 2 + 2 / 3) / 10, 9)
    expect(parseRecord(JSON.parse(JSON.stringify(built)), 'a test').ranks).toEqual(built.ranks)
  })

  it('goes by the last that was known of the others', () => {
    const stale: JournalEntry = { type: 'ranks', t: 1e9, owner: false, others: [other(0)] }
    expect(joules(record([other(0, 5)], [stale]))).toBeCloseTo(100 * (5 / 2 + 5), 6)
  })

  it('answers for as much of the making of the machine', () => {
    const [alone, one] = [record([]), record([other(0)])]
    expect(alone.ranks).toBeUndefined()
    expect(one.carbon.embodied_g!.value).toBeCloseTo(alone.carbon.embodied_g!.value / 2, 9)
  })

  it('says that it holds the energy of processes that it started', () => {
    expect(record([other(0, undefined, { nested: true })]).warnings.map(({ code }) => code)).toContain(
      'RANK_NESTED',
    )
  })
})
