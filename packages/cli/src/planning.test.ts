import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'
import type { Estimate, Recomputation, RegionRanking } from '@epochwatt/core/planning'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callForDocument, callMain } from './testing/call-main.js'

const dir = mkdtempSync(join(tmpdir(), 'epochwatt-planning-'))
let id = ''

beforeAll(async () => {
  const tracker = startTracking({
    dir,
    name: 'planned \u001b[2J',
    project: 'cli-test',
    country: 'PL',
    pue: 1.5,
  })
  const epoch = tracker.window('epoch', { index: 0 })
  const until = performance.now() + 80
  while (performance.now() < until) Math.sqrt(until)
  epoch.end()
  id = (await tracker.stop())!.id
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(args, 100)

const document = <Result>(...args: string[]): Promise<Result> => callForDocument(args)

describe('help', () => {
  it.each(['estimate', 'recompute', 'regions', 'import'])('knows %s', async name => {
    expect((await call('--help')).out).toContain(`  ${name}`)
    const { code, out } = await call(name, '--help')
    expect(code).toBe(0)
    expect(out).toContain(`Usage: epochwatt ${name}`)
    expect(out).toContain('--json')
  })
})

describe('estimate', () => {
  it('writes the figures of the Green Algorithms example', async () => {
    const result = await document<Estimate>(
      ...'estimate --hours 12 --cores 12 --cpu-watts-per-core 7.5 --cpu-usage 1 --memory-gb 64'.split(' '),
      ...'--memory-watts-per-gb 0.3725 --pue 1.56 --intensity 231.12'.split(' '),
    )
    expect(result.power_w.value).toBeCloseTo(177.5904, 9)
    expect(result.energy.facility_kwh.value).toBeCloseTo(2.1310848, 9)
    expect(result.energy.total_kwh.value).toBeCloseTo(2.1310848 / 1.56, 9)
    expect(result.carbon.operational_g.value).toBeCloseTo(492.5363, 4)
    expect(result.carbon.embodied_g!.value).toBeGreaterThan(0)
    expect(result.grid.g_per_kwh.value).toBe(231.12)
    expect(result.equivalents.length).toBeGreaterThan(0)
    expect(result.assumptions.map(({ option }) => option)).toEqual(['cpus', 'repeats'])
  })

  it('writes the figures of the ML CO2 Impact example', async () => {
    const result = await document<Estimate>(
      ...'estimate --hours 24 --gpu-watts 250 --gpus 1 --gpu-usage 1 --pue 1 --intensity 240.6'.split(' '),
    )
    expect(result.energy.facility_kwh.value).toBeCloseTo(6, 9)
    expect(result.carbon.operational_g.value).toBeCloseTo(1443.6, 9)
  })

  it('takes every option', async () => {
    const result = await document<Estimate>(
      ...[
        'estimate',
        '--hours',
        '1',
        '--cpu',
        'AMD EPYC 7763',
        '--cpus',
        '2',
        '--cores',
        '32',
        '--cpu-usage',
        '0.5',
      ],
      ...['--gpu', 'RTX 4090', '--gpus', '2', '--gpu-usage', '0.5', '--memory-gb', '100', '--repeats', '3'],
      ...['--country', 'US', '--region', 'US-CA', '--memory-watts-per-gb', '0.5'],
    )
    expect(result.it_power_w.value).toBeCloseTo(140 + 450 + 50, 9)
    expect(result).toMatchObject({ repeats: 3, grid: { zone: 'US-CA' } })
    const rented = await document<Estimate>(
      'estimate',
      '--hours',
      '1',
      '--instance',
      'p4d.24xlarge',
      '--cloud',
      'aws:eu-north-1',
    )
    expect(rented).toMatchObject({
      it_power_w: { value: 3200 },
      location: { cloud_region: 'eu-north-1' },
      pue: { value: 1.1 },
    })
  })

  it('tells on a terminal what was assumed, by the names of its options, and what is not counted', async () => {
    const { code, out } = await call('estimate', '--hours', '5', '--gpu', 'A100 SXM4 80GB')
    expect(code).toBe(0)
    expect(out).toMatch(/--gpu-usage +1: full use/)
    expect(out).toMatch(/cpu +not counted/)
    expect(out).toContain('THE PLACE IS NOT KNOWN')
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it.each([
    [['--hours', '5', '--gpu', 'A100'], /"--gpu" is "A100".*A100 SXM4 80GB/],
    [['--hours', '5', '--gpu-watts', 'many'], /"--gpu-watts" is "many"; accepted: a number/],
    [['--hours', '5', '--gpus', '1', '--gpu-usage', '80'], /"--gpu-usage" is 80/],
    [['--hours', '5', '--gpus', '1', '--intensity', '2000'], /"--intensity" is 2000/],
    [['--hours', '5'], /gpu-watts, memory-gb or instance/],
    [['--gpus', '1'], /"--hours"/],
  ])('explains %j', async (args, message) => {
    const { code, out, err } = await call('estimate', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('recompute', () => {
  it('writes the difference by cause and leaves the run as it is', async () => {
    const path = join(dir, 'runs', id, 'record.json')
    const before = readFileSync(path, 'utf8')
    const { difference, record } = await document<Recomputation>(
      'recompute',
      id,
      '--cloud',
      'aws:eu-north-1',
      '--dir',
      dir,
    )
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(record.pue.value).toBe(1.1)
    expect(record.warnings[0]!.code).toBe('RECOMPUTED')
    const sum = difference.items.reduce((total, { carbon_g }) => total + (carbon_g ?? 0), 0)
    expect(sum).toBeCloseTo(difference.operational_g!, 12)
    expect(difference.operational_g).toBeLessThan(0)
  })

  it('shows it on a terminal, without the escape sequences of a hostile name', async () => {
    const { code, out } = await call('recompute', 'latest', '--country', 'SE', '--pue', '1.2', '--dir', dir)
    expect(code).toBe(0)
    expect(out).not.toContain('\u001b')
    expect(out).toMatch(/^pue .*1\.500 → 1\.200 ratio/m)
    expect(out).toMatch(/^grid .*→ 35\.89 gCO2e\/kWh/m)
    expect(out).toContain('Lower: ')
  })

  it.each([
    [['latest'], 2, /give one of country, region, cloud, intensity, pue/],
    [['latest', '--country', 'Swedn'], 2, /"--country" is "Swedn".*Sweden/],
    [['nothing', '--country', 'SE'], 1, /nothing/],
  ])('explains %j', async (args, exit, message) => {
    const { code, out, err } = await call('recompute', ...args, '--dir', dir)
    expect({ code, out }).toEqual({ code: exit, out: '' })
    expect(err).toMatch(message)
  })
})

describe('regions', () => {
  it('ranks for a run, on one basis, against where it was', async () => {
    const ranking = await document<RegionRanking>('regions', '--cloud', 'aws', '--for', id, '--dir', dir)
    expect(ranking.basis).toBe('lifecycle')
    expect(ranking.ran!.grid.zone).toBe('PL')
    expect(ranking.regions[0]).toMatchObject({
      cloud: 'aws:eu-north-1',
      saving: { ratio: { verdict: 'lower' } },
    })
  })

  it('shows a screenful unless asked for all', async () => {
    const lines = async (...args: string[]) =>
      (await call('regions', ...args)).out.split('\n').filter(line => /^ *\d+ {2}\w+:/.test(line))
    expect(await lines()).toHaveLength(20)
    expect((await lines('--all')).length).toBeGreaterThan(200)
    expect(await lines('--cloud', 'scaleway')).toHaveLength(4)
  })

  it('ranks for an amount of energy, and marks averages of countries', async () => {
    const { out } = await call('regions', '--cloud', 'aws', '--kwh', '12', '--basis', 'lifecycle')
    expect(out).toContain('of 12.0 kWh by cloud region, lifecycle intensities')
    expect(out).toMatch(/us-east-1 .* 384\*/)
  })

  it.each([
    [['--cloud', 'awz'], /"--cloud" is "awz".*"aws"/],
    [['--basis', 'both'], /"--basis" is "both"/],
    [['--kwh', '-1'], /"--kwh" is -1/],
    [['--kwh', '1', '--for', 'latest', '--dir', dir], /"--kwh" is 1; accepted: nothing beside/],
  ])('explains %j', async (args, message) => {
    const { code, err } = await call('regions', ...args)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })
})

describe('import', () => {
  const csv = (name: string, ...rows: readonly string[]): string => {
    const path = join(dir, name)
    writeFileSync(
      path,
      ['timestamp,project_name,run_id,duration,emissions,energy_consumed,country_iso_code', ...rows].join(
        '\n',
      ),
    )
    return path
  }

  it('adds runs once, which list and compare then know', async () => {
    const store = join(dir, 'imported')
    const path = csv(
      'emissions.csv',
      '2026-01-05T12:00:00,old,a,10,0.1,0.4,FRA',
      '2026-01-06T12:00:00,old,b,10,0.2,0.4,FRA',
    )
    const again = ['import', path, '--dir', store]
    expect(await document(...again)).toEqual({
      added: ['codecarbon-a', 'codecarbon-b'],
      updated: [],
      unchanged: [],
      problems: [],
    })
    expect(await document(...again)).toMatchObject({ added: [], unchanged: ['codecarbon-a', 'codecarbon-b'] })
    expect((await call(...again)).out).toBe('0 added, 0 updated, 2 there already.\n')
    expect((await call('list', '--dir', store)).out).toContain('old')
    expect((await call('compare', '--dir', store)).code).toBe(0)
    expect((await call('show', 'codecarbon-a', '--dir', store)).out).toContain('CodeCarbon')
  })

  it('imports the rest where something cannot be read, and exits 1', async () => {
    const good = csv('good.csv', '2026-01-05T12:00:00,p,c,10,0.1,0.4,FRA', 'yesterday,p,d,10,0.1,0.4,FRA')
    const other = join(dir, 'other.txt')
    writeFileSync(other, 'hello')
    const { code, out, err } = await call(
      'import',
      good,
      other,
      join(dir, 'none.csv'),
      '--dir',
      join(dir, 'partly'),
    )
    expect(code).toBe(1)
    expect(out).toContain('1 added')
    expect(err).toMatch(/good\.csv:3: timestamp is no time/)
    expect(err).toMatch(/other\.txt: the file is neither/)
    expect(err).toMatch(/none\.csv: cannot be read/)
    expect(err.trim().split('\n')).toHaveLength(3)
  })
})
