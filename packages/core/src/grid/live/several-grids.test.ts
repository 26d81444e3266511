// One run that follows publishers of several kinds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveOptions } from '../../options/resolve-options.js'
import { startTracking } from '../../tracker/start-tracking.js'
import type { GridKind } from '../grid-intensity.js'
import type { GridPoint, GridProvider } from './grid-provider.js'
import { resolveLiveGrids } from './resolve-live-grid.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-several-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const publisher = (
  name: string,
  kind: GridKind,
  answer: (from: Date, to: Date) => Promise<readonly GridPoint[]>,
): GridProvider => ({
  name,
  source: `Publisher ${name}`,
  basis: 'direct',
  kind,
  zoneOf: ({ zone }) => zone ?? 'anywhere',
  fetch: (_zone, from, to) => answer(from, to),
})
const always =
  (gramsPerKwh: number) =>
  async (from: Date, to: Date): Promise<readonly GridPoint[]> => [
    { fromMs: from.getTime(), toMs: to.getTime() + 3_600_000, gramsPerKwh },
  ]
const location = { country: 'GB', how: 'option' }
const busyFor = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until) Math.sqrt(until)
}

describe('a run that follows several publishers', () => {
  it('has the average in its totals and the marginal beside them', async () => {
    const tracker = startTracking({
      dir,
      country: 'US',
      offline: false,
      grid: [publisher('a', 'average', always(70)), publisher('m', 'marginal', always(600))],
    })
    busyFor(60)
    const record = (await tracker.stop())!
    expect(record.grid).toMatchObject({
      source: 'Publisher a',
      kind: 'average',
      g_per_kwh: { value: 70 },
      beside: [{ kind: 'marginal', source: 'Publisher m', g_per_kwh: { value: 600 } }],
    })
    expect(record.grid.beside![0]!.carbon_g!.value / record.carbon.operational_g!.value).toBeCloseTo(
      600 / 70,
      9,
    )
  })

  it('keeps the one that answers where the other does not', async () => {
    const down = publisher('m', 'marginal', () => Promise.reject(new Error('down')))
    const tracker = startTracking({
      dir,
      country: 'US',
      offline: false,
      grid: [down, publisher('a', 'average', always(70))],
    })
    busyFor(60)
    const record = (await tracker.stop())!
    expect(record.grid.g_per_kwh.value).toBe(70)
    expect(record.grid).not.toHaveProperty('beside')
    expect(record.warnings).toContainEqual(
      expect.objectContaining({ code: 'GRID_UNREACHABLE', message: expect.stringContaining('m failed') }),
    )
  })
})

describe('the choice of several', () => {
  const env = { WATTTIME_USERNAME: 'ada', WATTTIME_PASSWORD: 'secret' }
  const resolved = (gridZone?: string) =>
    resolveLiveGrids({
      grid: ['uk-carbon-intensity', 'watttime'],
      location,
      env,
      ...(gridZone !== undefined && { gridZone }),
    })

  it('gives each its own zone', () => {
    expect(resolved('uk-carbon-intensity=EC1A, watttime=uk').map(({ zone }) => zone)).toEqual(['EC1A', 'UK'])
    expect(resolved('watttime=UK').map(({ zone }) => zone)).toEqual(['GB', 'UK'])
  })

  it.each([
    ['EC1A', /each provider's own.*uk-carbon-intensity=ZONE,watttime=ZONE/],
    ['rte-eco2mix=FR', /zones of uk-carbon-intensity and watttime/],
    ['watttime=', /zones of/],
  ])('does not guess whose zone %j is', (zone, message) => {
    expect(() => resolved(zone)).toThrow(message)
  })

  it('takes one of each kind', () => {
    expect(() => resolveLiveGrids({ grid: ['uk-carbon-intensity', 'energy-charts'], location, env })).toThrow(
      /"grid" is "energy-charts".*one provider of each kind; uk-carbon-intensity gives average/,
    )
  })

  it('can be made in the environment', () => {
    const grid = (text: string) => resolveOptions({}, { EPOCHWATT_GRID: text }, tmpdir()).values.grid
    expect(grid('uk-carbon-intensity, watttime')).toEqual(['uk-carbon-intensity', 'watttime'])
    expect(grid('watttime')).toBe('watttime')
    expect(() => grid('watttime,nobody')).toThrow(
      /"EPOCHWATT_GRID" is "watttime,nobody"; accepted: .*several of them/,
    )
  })
})
