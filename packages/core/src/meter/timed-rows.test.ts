import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TimedRows } from './timed-rows.js'

const rowsOf = (times: readonly number[]): TimedRows => {
  const rows = new TimedRows(2)
  for (const [index, time] of times.entries()) rows.add(time, [index, -index])
  return rows
}

it('rows are in order of time, those of one time in the order in which they came, however they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 300 }), times => {
      const expected = times.map((time, index) => [time, index] as const).sort(([a], [b]) => a - b)
      const { times: sorted, columns, length } = rowsOf(times)
      expect(sorted).toEqual(expected.map(([time]) => time))
      expect(columns).toEqual([expected.map(([, index]) => index), expected.map(([, index]) => -index)])
      expect(length).toBe(times.length)
    }),
  )
})

it('may be read and cut between two that are out of order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 200 }), times => {
      const rows = rowsOf(times)
      rows.drop(place => place % 3 === 1)
      const left = [...rows.times]
      rows.add(-1, [9, 9])
      rows.add(250.5, [7, 7])
      expect(rows.times).toEqual([...left, -1, 250.5].sort((a, b) => a - b))
      expect(rows.columns[0]![0]).toBe(9)
      expect(rows.columns[1]![rows.times.indexOf(250.5)]).toBe(7)
    }),
  )
})

it('a journal of a week that comes backwards takes no more than its share of time', () => {
  const times = Array.from({ length: 600_000 }, (_, index) => 600_000 - index)
  expect(rowsOf(times).times[0]).toBe(1)
})
