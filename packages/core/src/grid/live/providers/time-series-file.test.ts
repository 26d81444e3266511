import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GridPoint } from '../grid-provider.js'
import { type TimeSeriesGridOptions, timeSeriesGrid } from './time-series-file.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-series-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const read = (
  name: string,
  text: string,
  options: Partial<TimeSeriesGridOptions> = {},
): Promise<readonly GridPoint[]> => {
  const path = join(dir, name)
  writeFileSync(path, text)
  const provider = timeSeriesGrid({ path, unit: 'g/kWh', zone: 'DE', ...options })
  return provider.fetch('DE', new Date(0), new Date(), new AbortController().signal)
}
const hour = (n: number): number => Date.parse('2026-01-05T00:00Z') + n * 3_600_000

describe('timeSeriesGrid', () => {
  it('reads CSV: rows hold until the next, the last as long as the first, an empty cell not at all', async () => {
    const csv =
      '\uFEFF"datetime",zone,"intensity"\r\n2026-01-05T00:00Z,DE,300\r\n2026-01-05T02:00+01:00,DE,\r\n2026-01-05T02:00Z,DE,"280.5"\r\n'
    expect(await read('grid.csv', csv)).toEqual([
      { fromMs: hour(0), toMs: hour(1), gramsPerKwh: 300 },
      { fromMs: hour(2), toMs: hour(3), gramsPerKwh: 280.5 },
    ])
  })

  it('reads JSON with other names and another unit', async () => {
    const json = JSON.stringify([
      { at: '2026-01-05T01:00Z', moer: 1000 },
      { at: '2026-01-05T00:00Z', moer: null },
    ])
    expect(await read('grid.JSON', json, { timeColumn: 'at', valueColumn: 'moer', unit: 'lb/MWh' })).toEqual([
      { fromMs: hour(1), toMs: hour(2), gramsPerKwh: 453.59237 },
    ])
  })

  it.each([
    ['grid.csv', 'time,value\n2026-01-05T00:00Z,1', /names no columns datetime and intensity/],
    ['grid.csv', 'datetime,intensity\n2026-01-05 00:00,1', /"2026-01-05 00:00" is no time/],
    ['grid.json', '{', /is not JSON/],
    ['grid.json', '{}', /holds no list/],
  ])('says what is wrong with %s: %j', async (name, text, message) => {
    const outcome = read(name, text)
    await expect(outcome).rejects.toMatchObject({ code: 'GRID_FILE_INVALID' })
    await expect(outcome).rejects.toThrow(message)
    await expect(outcome).rejects.not.toThrow(dir)
  })

  it('refuses a file that is not there and a unit that is none, at once', () => {
    expect(() => timeSeriesGrid({ path: join(dir, 'none.csv'), unit: 'g/kWh', zone: 'DE' })).toThrow(/"path"/)
    expect(() => timeSeriesGrid({ path: dir, unit: 'g' as 'g/kWh', zone: 'DE' })).toThrow(/"unit"/)
  })
})
