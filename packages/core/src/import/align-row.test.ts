import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignRow } from './align-row.js'

const COLUMNS = [
  'timestamp',
  'duration',
  'country_name',
  'region',
  'cloud_provider',
  'os',
  'gpu_count',
  'gpu_model',
  'longitude',
  'latitude',
  'tracking_mode',
  'pue',
]
const FULL = [
  '2026-01-05T12:00:00',
  '10',
  'France',
  'ile-de-france',
  '',
  'Linux',
  '1',
  'NVIDIA T4',
  '2.3',
  '48.8',
  'machine',
  '1.0',
]

/** The row as CodeCarbon writes it when these columns have no value. */
const without = (...missing: readonly string[]) => FULL.filter((_, i) => !missing.includes(COLUMNS[i]!))

describe('alignRow', () => {
  it('takes a whole row as it is', () => {
    const { row, ambiguous } = alignRow(COLUMNS, FULL)!
    expect(ambiguous).toEqual([])
    expect(row.get('gpu_model')).toBe('NVIDIA T4')
    expect(row.has('cloud_provider')).toBe(false)
  })

  it('puts cells back behind a gap that was closed', () => {
    const { row } = alignRow(COLUMNS, without('longitude', 'latitude'))!
    expect(row.get('gpu_model')).toBe('NVIDIA T4')
    expect(row.get('tracking_mode')).toBe('machine')
    expect(row.get('pue')).toBe('1.0')
    expect(row.has('longitude')).toBe(false)
  })

  it('leaves out what it cannot tell apart rather than guess', () => {
    // "ile-de-france" may be region or provider once one cell of the three texts is gone.
    const { row, ambiguous } = alignRow(COLUMNS, without('cloud_provider'))!
    expect(ambiguous).toContain('region')
    expect(row.has('region')).toBe(false)
    expect(row.get('os')).toBe('Linux')
  })

  it.each([
    ['too many cells', [...FULL, '1']],
    ['a cell that fits nowhere', FULL.slice(0, -1).map((cell, i) => (i === 1 ? 'ten' : cell))],
    ['a row that broke off', FULL.slice(0, 1)],
  ])('gives up on %s', (_what, cells) => {
    expect(alignRow(COLUMNS, cells)).toBeUndefined()
  })

  it('gives up on a table that could be read in countless ways', () => {
    const columns = [...Array.from({ length: 60 }, () => 'region'), 'pue']
    expect(alignRow(columns, [...Array.from({ length: 30 }, () => 'x'), 'no number'])).toBeUndefined()
  })

  it('never says what the row did not say, whatever is missing', () => {
    const optional = ['country_name', 'region', 'cloud_provider', 'gpu_count', 'gpu_model']
    fc.assert(
      fc.property(fc.subarray(optional), fc.boolean(), (names, isPlaceless) => {
        const missing = isPlaceless ? [...names, 'longitude', 'latitude'] : names
        const { row } = alignRow(COLUMNS, without(...missing))!
        for (const [column, cell] of row) {
          expect(missing, column).not.toContain(column)
          expect(cell).toBe(FULL[COLUMNS.indexOf(column)])
        }
        for (const column of ['timestamp', 'duration', 'os', 'tracking_mode', 'pue'])
          expect(row.get(column)).toBe(FULL[COLUMNS.indexOf(column)])
      }),
    )
  })
})
