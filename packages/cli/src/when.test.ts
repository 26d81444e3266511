import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import type { Recomputation, StartPlan } from '@epochwatt/core/planning'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callForDocument, callMain } from './testing/call-main.js'

const HOUR_MS = 3_600_000
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-when-'))
const file = join(dir, 'forecast.csv')
/** The hour that is going on, then eleven more; the fifth is the cleanest. */
const hours = [400, 400, 400, 300, 50, 300, 400, 400, 400, 400, 400, 400]
const begin = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
let run: RunRecord

beforeAll(async () => {
  const rows = hours.map((value, index) => `${new Date(begin + index * HOUR_MS).toISOString()},${value}`)
  writeFileSync(file, ['datetime,intensity', ...rows, ''].join('\n'))
  const tracker = startTracking({ dir, name: 'planned', project: 'cli-test', country: 'PL', pue: 1.5 })
  const until = performance.now() + 80
  while (performance.now() < until) Math.sqrt(until)
  run = (await tracker.stop())!
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(args, 100)

const document = <Result>(...args: string[]): Promise<Result> => callForDocument(args)

const cleanest = new Date(begin + 4 * HOUR_MS).toISOString()

describe('epochwatt when', () => {
  it('finds the best start of a forecast in a file, without the network', async () => {
    const plan = await document<StartPlan>('when', '--file', file, '--zone', 'hall', '--hours', '1')
    expect(plan.best.start).toBe(cleanest)
    expect(plan.best.g_per_kwh.value).toBeCloseTo(50, 9)
    expect(plan.saving.ratio).toMatchObject({ value: expect.closeTo(50 / 400, 3), verdict: 'lower' })
    expect(plan.forecast.zone).toBe('hall')
  })

  it('plans for work like a run, with its energy', async () => {
    const plan = await document<StartPlan>(
      'when',
      '--file',
      file,
      '--for',
      run.id,
      '--dir',
      dir,
      '--hours',
      '2',
    )
    const energy = run.energy.total_kwh!.value
    expect(plan.best.carbon_g!.value).toBeCloseTo(energy * 1.5 * plan.best.g_per_kwh.value, 12)
    expect(plan.saving.carbon_g).toBeGreaterThan(0)
  })

  it('keeps to deadline, earliest start and step, and takes hours apart where it may', async () => {
    const deadline = new Date(begin + 4 * HOUR_MS).toISOString()
    const soon = await document<StartPlan>('when', '--file', file, '--hours', '1', '--deadline', deadline)
    expect(Date.parse(soon.best.end)).toBeLessThanOrEqual(Date.parse(deadline))
    const earliest = new Date(begin + 5 * HOUR_MS).toISOString()
    const late = await document<StartPlan>(
      'when',
      '--file',
      file,
      '--hours',
      '1',
      '--earliest',
      earliest,
      '--step',
      '30',
    )
    expect(late.best.start).toBe(earliest)
    expect(late.step_minutes).toBe(30)
    const apart = await document<StartPlan>('when', '--file', file, '--hours', '2', '--interruptible')
    expect(apart.pieces!.length).toBeGreaterThan(0)
    expect(apart.best.g_per_kwh.value).toBeCloseTo(175, 6)
  })

  it('says on a terminal when, how much it saves and whether the forecast is sure enough', async () => {
    const { code, out, err } = await call(
      'when',
      '--file',
      file,
      '--hours',
      '1',
      '--for',
      run.id,
      '--dir',
      dir,
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/Best {2,}.*50(\.0)? gCO₂e\/kWh/)
    expect(out).toMatch(/Soonest/)
    expect(out).toMatch(/× 0\.1\d/)
    expect(out).toMatch(/forecast\.csv/)
    expect(out.replace(/\s+/g, ' ')).toContain('Lower: the interval of the ratio does not reach 1.')
  })

  it.each([
    [['--file', file], 2, /hours, or a record/],
    [['--hours', 'x', '--file', file], 2, /--hours.*a number/],
    [['--hours', '1', '--file', join(dir, 'none.csv')], 2, /"--file" is/],
    [['--hours', '1', '--file', file, '--grid', 'watttime'], 2, /exclude each other/],
    [['--hours', '1', '--unit', 'g/kWh'], 2, /"--unit" is for/],
    [['--hours', '1', '--file', file, '--unit', 'lbs'], 2, /"--unit" is "lbs"/],
    [['--hours', '1', '--file', file, '--deadline', 'tomorrow'], 2, /--deadline.*such as/],
    [['--hours', '900', '--file', file], 1, /do not fit/],
    [['--hours', '1', '--zone', 'nowhere'], 2, /"--grid"/],
    // Tests run with EPOCHWATT_OFFLINE=1.
    [['--hours', '1', '--zone', 'GB'], 1, /not asked: offline/],
  ] as const)('explains %j', async (args, expected, message) => {
    const { code, out, err } = await call('when', ...args)
    expect(code).toBe(expected)
    expect(out).toBe('')
    expect(err).toMatch(message)
  })
})

describe('epochwatt recompute --start', () => {
  it('lays a run over another time', async () => {
    const start = new Date(begin + 4.1 * HOUR_MS).toISOString()
    const { record, difference } = await document<Recomputation>(
      'recompute',
      run.id,
      '--dir',
      dir,
      '--file',
      file,
      '--zone',
      'PL',
      '--start',
      start,
    )
    expect(record.started_at).toBe(start)
    expect(record.grid.g_per_kwh.value).toBeCloseTo(50, 9)
    expect(difference.operational_g).toBeLessThan(0)
    expect(difference.items.find(({ name }) => name === 'grid')).toMatchObject({ to: expect.closeTo(50, 9) })
  })

  it('says what it needs', async () => {
    const at = ['recompute', run.id, '--dir', dir, '--start'] as const
    expect(await call(...at, '2020-01-05T02:00Z', '--file', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no figure for 2020-01-05'),
    })
    expect(await call(...at, 'noon')).toMatchObject({ code: 2, err: expect.stringContaining('--start') })
    expect(await call(...at, '2026-01-05T02:00Z')).toMatchObject({
      code: 1,
      err: expect.stringContaining('offline'),
    })
  })
})
