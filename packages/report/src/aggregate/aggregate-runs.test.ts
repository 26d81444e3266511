import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { renderTerminalAggregate } from '../terminal/aggregate.js'
import { aggregateCsv } from './aggregate-csv.js'
import { type AggregateField, aggregateRuns } from './aggregate-runs.js'

const tagged = (
  id: string,
  factor: number,
  tags: Record<string, string>,
  started_at = '2026-03-02T10:00:00.000Z',
) => scaledLaptop(id, factor, { tags, started_at })

const records = [
  tagged('a', 1, { team: 'vision', user: 'ada' }),
  tagged('b', 2, { team: 'vision', user: 'bob' }),
  tagged('c', 4, { team: 'speech', user: 'ada' }, '2026-04-02T10:00:00.000Z'),
  { ...failedEarly, tags: { team: 'speech' } },
]

const kwh = (factor: number) => factor * measuredLaptop.energy.total_kwh!.value

describe('a roll-up', () => {
  it('adds up groups, their bounds linearly, the most energy first', () => {
    const { rows } = aggregateRuns(records, ['team'])
    expect(rows.map(({ group }) => group)).toEqual([['speech'], ['vision']])
    const vision = rows[1]!
    expect(vision.runs).toBe(2)
    expect(vision.energy_kwh!.value).toBeCloseTo(kwh(3), 15)
    expect(vision.energy_kwh!.low).toBeCloseTo(3 * measuredLaptop.energy.total_kwh!.low, 15)
    expect(vision.operational_g!.high).toBeCloseTo(3 * measuredLaptop.carbon.operational_g!.high, 15)
  })

  it('counts failed runs and what they used', () => {
    const [speech] = aggregateRuns(records, ['team']).rows
    expect([speech!.runs, speech!.finished_runs]).toEqual([2, 1])
    expect(speech!.failed_kwh).toBe(failedEarly.energy.total_kwh!.value)
  })

  it('groups by several fields at once, and keeps those that do not say apart', () => {
    const groups = aggregateRuns(records, ['user', 'month']).rows.map(({ group }) => group)
    expect(groups).toHaveLength(4)
    expect(groups).toContainEqual(['ada', '2026-04'])
    expect(groups).toContainEqual([null, '2026-03'])
    expect(aggregateRuns(records, ['tag:team']).rows.map(({ group }) => group[0])).toEqual([
      'speech',
      'vision',
    ])
    // No property of objects is a tag.
    expect(aggregateRuns(records, ['tag:constructor']).rows[0]!.group).toEqual([null])
  })

  it('adds no carbon of different kinds, and says so', () => {
    const direct = scaledLaptop('d', 1, { grid: { ...measuredLaptop.grid, basis: 'direct' } })
    const { total } = aggregateRuns([...records, direct], ['project'])
    expect(total.operational_g).toBeUndefined()
    expect(total.carbon_reason).toMatch(/basis/)
    expect(renderTerminalAggregate(aggregateRuns([...records, direct]))).toContain('mixed')
  })

  it('leaves what is unknown out of sums and counts it', () => {
    const { total } = aggregateRuns([measuredLaptop, unknownEnergy], ['project'])
    expect(total.unknown_runs).toBe(1)
    expect(total.energy_kwh!.value).toBe(kwh(1))
    expect(aggregateRuns([unknownEnergy]).rows[0]!.energy_kwh).toBeUndefined()
    expect(renderTerminalAggregate(aggregateRuns([unknownEnergy]))).toContain('unknown')
  })

  it('has the worst tier of its parts', () => {
    expect(aggregateRuns([measuredLaptop, modelledVm], ['month']).total.energy_kwh!.tier).toBe('modelled')
  })

  it('refuses a field that is none', () => {
    expect(() => aggregateRuns(records, ['group' as AggregateField])).toThrow(
      /"group"; accepted: project, user/,
    )
  })

  it('loses no run and no joule, whatever it is grouped by', () => {
    const field = fc.constantFrom<AggregateField>(
      'project',
      'user',
      'team',
      'month',
      'hardware',
      'status',
      'grid',
    )
    const run = fc.record({
      factor: fc.double({ min: 0.01, max: 9, noNaN: true }),
      team: fc.constantFrom('x', 'y'),
    })
    fc.assert(
      fc.property(fc.array(run, { maxLength: 20 }), fc.uniqueArray(field, { minLength: 1 }), (runs, by) => {
        const given = runs.map(({ factor, team }, i) => tagged(`r${i}`, factor, { team }))
        const { rows, total } = aggregateRuns(given, by)
        expect(rows.reduce((sum, row) => sum + row.runs, 0)).toBe(given.length)
        const sum = rows.reduce((all, row) => all + row.energy_kwh!.value, 0)
        expect(sum).toBeCloseTo(total.energy_kwh?.value ?? 0, 12)
      }),
    )
  })

  it('is written as CSV with all digits', () => {
    const [header, first] = aggregateCsv(aggregateRuns(records, ['team'])).split('\r\n')
    expect(header).toMatch(/^team,runs,finished_runs,duration_h,energy_kwh,/)
    const cells = first!.split(',')
    expect(cells[0]).toBe('speech')
    expect(Number(cells[4])).toBe(aggregateRuns(records, ['team']).rows[0]!.energy_kwh!.value)
  })
})
