import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GridPoint, GridProvider } from './grid-provider.js'
import { loadPoints, type PointsQuestion } from './load-points.js'
import { PointCache } from './point-cache.js'

const HOUR = 3_600_000
const now = Date.parse('2026-01-05T12:10Z')
const pointAt = (hour: number, gramsPerKwh: number): GridPoint => ({
  fromMs: now + hour * HOUR,
  toMs: now + (hour + 1) * HOUR,
  gramsPerKwh,
})

let dir: string
let asks: number
let answer: () => Promise<readonly GridPoint[]>

const provider: GridProvider = {
  name: 'a/publisher',
  source: 'A publisher',
  basis: 'direct',
  kind: 'average',
  zoneOf: () => 'DE',
  fetch: () => {
    asks++
    return answer()
  },
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-grid-'))
  asks = 0
  answer = async () => [pointAt(0, 300), pointAt(-1, 280)]
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const load = (change: Partial<PointsQuestion> = {}) =>
  loadPoints({
    provider,
    zone: 'DE',
    cache: new PointCache(dir, provider.name, 'DE'),
    fromMs: now - HOUR,
    toMs: now + 1,
    offline: false,
    signal: new AbortController().signal,
    ...change,
  })
const down = () => Promise.reject(new Error('down'))

describe('loadPoints', () => {
  it('asks, sorts, and keeps the answer in one file of its owner', async () => {
    expect(await load()).toEqual({ points: [pointAt(-1, 280), pointAt(0, 300)] })
    expect(readdirSync(join(dir, 'grid'))).toEqual(['a%2Fpublisher@DE.json'])
    expect(statSync(join(dir, 'grid', 'a%2Fpublisher@DE.json')).mode & 0o777).toBe(0o600)
  })

  it('asks once for runs that follow each other, and again after a while or for earlier times', async () => {
    const first = await load()
    expect(await load({ toMs: now + 60_000 })).toEqual(first)
    expect(asks).toBe(1)
    await load({ fromMs: now - 2 * HOUR })
    expect(asks).toBe(2)
    await load({ toMs: now + 6 * 60_000 })
    expect(asks).toBe(3)
  })

  it('keeps zones apart', async () => {
    await load()
    await load({ zone: 'FR', cache: new PointCache(dir, provider.name, 'FR') })
    expect(asks).toBe(2)
  })

  it('replaces what the publisher corrects', async () => {
    await load()
    answer = async () => [pointAt(0, 310)]
    const { points } = await load({ toMs: now + 6 * 60_000 })
    expect(points.map(({ gramsPerKwh }) => gramsPerKwh)).toEqual([280, 310])
  })

  it.each([
    ['it rejects', down],
    [
      'it throws',
      () => {
        throw new Error('down')
      },
    ],
    ['it answers no list', async () => undefined as unknown as GridPoint[]],
  ])('falls back on earlier answers where %s', async (_what, failing) => {
    await load()
    answer = failing
    const { points, problem } = await load({ toMs: now + 6 * 60_000 })
    expect(points).toHaveLength(2)
    expect(problem).toMatchObject({
      code: 'GRID_UNREACHABLE',
      message: expect.stringContaining('a/publisher'),
    })
  })

  it('has nothing where there never was an answer', async () => {
    answer = down
    expect(await load()).toMatchObject({ points: [], problem: { code: 'GRID_UNREACHABLE' } })
  })

  it('asks nobody offline, but remembers', async () => {
    expect(await load({ offline: true })).toMatchObject({ points: [], problem: { code: 'GRID_OFFLINE' } })
    await load()
    expect((await load({ offline: true })).points).toHaveLength(2)
    expect(asks).toBe(1)
  })

  it('reads what is local without a cache, also offline', async () => {
    const local: GridProvider = { ...provider, isLocal: true }
    expect(await load({ provider: local, offline: true })).toEqual({
      points: [pointAt(-1, 280), pointAt(0, 300)],
    })
    expect(readdirSync(dir)).toEqual([])
  })

  it('leaves out what is no number, and takes numbers in pounds for what they are', async () => {
    answer = async () => [pointAt(0, Number.NaN), pointAt(-1, 280), { ...pointAt(0, 5), toMs: now }]
    expect((await load()).points).toEqual([pointAt(-1, 280)])
    answer = async () => [pointAt(0, 1900)]
    const { problem } = await load({ toMs: now + 6 * 60_000 })
    expect(problem).toMatchObject({ code: 'GRID_REPLY_INVALID', message: expect.stringContaining('lb/MWh') })
  })

  it('survives a damaged cache, and a store that cannot be written', async () => {
    await load()
    writeFileSync(join(dir, 'grid', 'a%2Fpublisher@DE.json'), '{"points":[{"fromMs":"x"}]')
    expect((await load()).points).toHaveLength(2)
    expect(asks).toBe(2)
    const file = join(dir, 'file')
    writeFileSync(file, '')
    const { points, problem } = await load({ cache: new PointCache(file, provider.name, 'DE') })
    expect(points).toHaveLength(2)
    expect(problem).toBeUndefined()
  })
})
