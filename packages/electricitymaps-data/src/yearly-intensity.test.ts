import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { yearlyIntensity } from './yearly-intensity.js'
import { zoneRows, zonesOf } from './zones.js'

describe('yearlyIntensity', () => {
  it.each([
    ['FI', undefined, 68, 2025],
    ['fi', 2022, 133, 2022],
  ])('knows %s in %s', (zone, year, gramsPerKwh, of) => {
    const found = yearlyIntensity(zone, year)
    expect(found).toMatchObject({ gramsPerKwh, year: of, zone: 'FI', basis: 'lifecycle', kind: 'average' })
    expect(found.high / found.gramsPerKwh).toBeCloseTo(1.3 ** 1.645, 9)
  })

  it('says what there is instead', () => {
    expect(() => yearlyIntensity('SE-5')).toThrow(/"zone" is "SE-5".*of that country: SE, SE-SE1/)
    expect(() => yearlyIntensity('Atlantis')).toThrow(/"zone"/)
    expect(() => yearlyIntensity('DE', 1999)).toThrow(/"year" is 1999; accepted: 2021, 2022/)
  })

  it('has plausible rows, each once', () => {
    const rows = zoneRows()
    expect(rows.length).toBeGreaterThan(300)
    expect(new Set(rows.map(({ zone }) => zone)).size).toBe(rows.length)
    for (const { zone, country, gramsPerKwh } of rows) {
      expect(zone.slice(0, 2)).toBe(country)
      expect(gramsPerKwh.size).toBeGreaterThan(0)
      for (const figure of gramsPerKwh.values()) expect(figure > 0 && figure <= 1500).toBe(true)
    }
    expect(zonesOf('se').map(({ zone }) => zone)).toEqual(['SE', 'SE-SE1', 'SE-SE2', 'SE-SE3', 'SE-SE4'])
  })

  it('is what a run can be tracked with', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'epochwatt-zones-'))
    try {
      const grid = yearlyIntensity('SE-SE3')
      const record = await startTracking({ dir, country: 'SE', gridIntensity: grid }).stop()
      expect(record!.grid).toMatchObject({
        zone: 'SE-SE3',
        source: grid.source,
        basis: 'lifecycle',
        year: 2025,
        g_per_kwh: { value: grid.gramsPerKwh },
      })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
