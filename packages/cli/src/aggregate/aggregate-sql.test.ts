import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type RunRecord, startTracking } from '@epochwatt/core'
import { type AggregateField, aggregateRuns, digestOf, type RunDigest } from '@epochwatt/report'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callMain } from '../testing/call-main.js'
import { aggregateSql, RUN_COLUMNS } from './aggregate-sql.js'
import { aggregateParquet, writeParquet } from './duckdb.js'
import { MLFLOW_VIEW } from './mlflow-view.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-aggregate-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let base: RunDigest
let digests: readonly RunDigest[]

const variant = (i: number, changes: Partial<RunDigest> = {}): RunDigest => ({
  ...base,
  id: `run-${i}`,
  tags: { user: `u${i % 3}`, ...(i % 4 === 0 ? {} : { team: i % 2 ? 'vision' : "o'brien" }) },
  duration_s: 100 + i,
  started_at: `2026-0${1 + (i % 3)}-10T00:00:00.000Z`,
  status: i % 5 === 0 ? 'failed' : 'finished',
  ...changes,
})

beforeAll(async () => {
  const tracker = startTracking({ dir: join(root, 'store'), country: 'FR', project: 'p' })
  const until = performance.now() + 80
  while (performance.now() < until) Math.sqrt(until)
  base = digestOf((await tracker.stop()) as RunRecord)
  const { total_kwh, ...unknown } = base.energy
  digests = [
    ...Array.from({ length: 23 }, (_, i) => variant(i)),
    variant(23, { energy: unknown, carbon: { reason: 'unknown' } }),
    variant(24, { project: 'q', grid: { ...base.grid, basis: 'direct' } }),
    variant(25, { project: 'q' }),
  ]
})

/** The rows of the roll-up as a database gives them. */
const expectedRows = (by: readonly AggregateField[]) =>
  aggregateRuns(digests, by).rows.map(row => ({
    ...Object.fromEntries(by.map((field, i) => [field, row.group[i]])),
    runs: row.runs,
    finished_runs: row.finished_runs,
    duration_h: row.duration_h,
    energy_kwh: row.energy_kwh?.value ?? null,
    failed_kwh: row.failed_kwh,
    operational_g_high: row.operational_g?.high ?? null,
    unknown_runs: row.unknown_runs,
  }))

const sameRows = (
  rows: readonly Readonly<Record<string, unknown>>[],
  by: readonly AggregateField[],
): void => {
  const key = (row: Readonly<Record<string, unknown>>) => JSON.stringify(by.map(field => row[field]))
  const found = new Map(rows.map(row => [key(row), row]))
  const expected = expectedRows(by)
  expect(found.size).toBe(expected.length)
  for (const row of expected) {
    for (const [name, value] of Object.entries(row)) {
      const actual = found.get(key(row))?.[name]
      if (typeof value !== 'number') expect(actual, name).toBe(value)
      else expect(Number(actual) / (value || 1), name).toBeCloseTo(value === 0 ? 0 : 1, 9)
    }
  }
}

const GROUPINGS: readonly (readonly AggregateField[])[] = [
  ['project'],
  ['team'],
  ['user', 'month'],
  ['project', 'status', 'grid', 'hardware'],
]

describe('DuckDB over Parquet', () => {
  const file = () => join(root, "runs o'brien.parquet")

  beforeAll(() => writeParquet(file(), digests))

  it.each(GROUPINGS)('gives what the roll-up gives (%s, %s)', async (...by) => {
    sameRows(
      await aggregateParquet(
        file(),
        by.filter(field => field !== undefined),
      ),
      by,
    )
  })

  it('says what is wrong with a file', async () => {
    await expect(aggregateParquet(join(root, 'none.parquet'), ['project'])).rejects.toThrow(
      /^DuckDB: .*none\.parquet/s,
    )
  })
})

/** Where PostgreSQL keeps its programs on Debian, newest first; they refuse to run as root. */
const binaries = (): string | undefined => {
  const folder = '/usr/lib/postgresql'
  if (!existsSync(folder)) return undefined
  return readdirSync(folder)
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(folder, version, 'bin'))
    .find(bin => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))
}

const bin = binaries()
const NOBODY = 65_534
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

describe.skipIf(!bin)('PostgreSQL (skipped where it is not installed)', () => {
  let socket: string

  const psql = (...statements: string[]): string =>
    execFileSync(
      'psql',
      [
        '-h',
        socket,
        '-U',
        'postgres',
        '-X',
        '-q',
        '-A',
        '-t',
        '-v',
        'ON_ERROR_STOP=1',
        '-c',
        statements.join(';\n'),
      ],
      {
        encoding: 'utf8',
        ...asNobody,
      },
    )

  const rowsOf = (sql: string, path = 'public'): Record<string, unknown>[] =>
    JSON.parse(psql(`SET search_path TO ${path}`, `SELECT coalesce(json_agg(t), '[]') FROM (${sql}) AS t`))

  beforeAll(() => {
    socket = mkdtempSync(join(tmpdir(), 'epochwatt-pg-'))
    if (asNobody.uid !== undefined) chownSync(socket, NOBODY, NOBODY)
    const data = join(socket, 'data')
    execFileSync(join(bin!, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], asNobody)
    execFileSync(
      join(bin!, 'pg_ctl'),
      [
        '-D',
        data,
        '-w',
        '-l',
        join(socket, 'log'),
        '-o',
        `-k ${socket} -c listen_addresses= -c fsync=off`,
        'start',
      ],
      { ...asNobody, stdio: 'ignore' },
    )
  })

  afterAll(() => {
    spawnSync(join(bin!, 'pg_ctl'), ['-D', join(socket, 'data'), '-m', 'immediate', 'stop'], asNobody)
    rmSync(socket, { recursive: true, force: true })
  })

  const literal = (value: unknown): string =>
    value === undefined || value === null
      ? 'NULL'
      : typeof value === 'number'
        ? String(value)
        : `'${String(value).replaceAll("'", "''")}'`

  it('takes the same statements', () => {
    const types = Object.entries(RUN_COLUMNS).map(
      ([name, type]) => `"${name}" ${type === 'DOUBLE' ? 'DOUBLE PRECISION' : type}`,
    )
    const values = digests.map(run =>
      [
        run.id,
        run.project,
        run.tags.user,
        run.tags.team,
        run.started_at.slice(0, 7),
        run.hardware,
        run.status,
        run.grid.zone,
        run.duration_s,
        run.energy.total_kwh?.value,
        run.energy.total_kwh?.low,
        run.energy.total_kwh?.high,
        run.carbon.operational_g?.value,
        run.carbon.operational_g?.low,
        run.carbon.operational_g?.high,
        run.carbon.embodied_g?.value,
        run.carbon.operational_g && `${run.grid.basis} ${run.grid.kind}`,
      ]
        .map(literal)
        .join(', '),
    )
    psql(`CREATE TABLE runs (${types.join(', ')})`, `INSERT INTO runs VALUES (${values.join('), (')})`)
    for (const by of GROUPINGS) sameRows(rowsOf(aggregateSql(by)), by)
    psql('DROP TABLE runs')
  })

  it('takes them over the tables of a tracking server, by a view', () => {
    const named = (table: string, key: (run: RunDigest) => readonly (readonly [string, unknown])[]) =>
      digests
        .flatMap(run => key(run).map(([name, value]) => [name, value, run.id].map(literal).join(', ')))
        .map(row => `INSERT INTO ${table} (key, value, run_uuid) VALUES (${row})`)
    psql(
      'CREATE TABLE experiments (experiment_id INTEGER, name VARCHAR)',
      'CREATE TABLE runs (run_uuid VARCHAR, experiment_id INTEGER, status VARCHAR, start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR)',
      'CREATE TABLE latest_metrics (key VARCHAR, value DOUBLE PRECISION, run_uuid VARCHAR)',
      'CREATE TABLE tags (key VARCHAR, value VARCHAR, run_uuid VARCHAR)',
      'CREATE TABLE params (key VARCHAR, value VARCHAR, run_uuid VARCHAR)',
      `INSERT INTO experiments VALUES (1, 'p'), (2, 'q')`,
      ...digests.map(run => {
        const start = Date.parse(run.started_at)
        return `INSERT INTO runs VALUES ('${run.id}', ${run.project === 'q' ? 2 : 1}, '${run.status.toUpperCase()}', ${start}, ${start + run.duration_s * 1000}, 'active')`
      }),
      `INSERT INTO runs VALUES ('deleted', 1, 'FINISHED', 0, 1000, 'deleted'), ('not-ours', 1, 'FINISHED', 0, 1000, 'active')`,
      ...named('latest_metrics', run =>
        run.energy.total_kwh
          ? [
              ['energy/total_kwh', run.energy.total_kwh.value],
              ['carbon/total_gco2eq_high', run.carbon.operational_g!.high],
            ]
          : [],
      ),
      ...named('tags', run => [...Object.entries(run.tags), ['epochwatt.run_id', run.id]]),
      ...named('params', run => [['energy_grid_zone', run.grid.zone]]),
      MLFLOW_VIEW,
    )
    digests = digests.map(run => ({ ...run, grid: base.grid }))
    for (const by of [['project'], ['team'], ['user', 'month', 'status', 'grid']] as const)
      sameRows(rowsOf(aggregateSql(by), 'epochwatt, public'), by)
  })
})

describe('the documentation', () => {
  it('has the view and a statement as they are', () => {
    const page = readFileSync(new URL('../../../../docs/aggregate.md', import.meta.url), 'utf8')
    expect(page).toContain(MLFLOW_VIEW)
    expect(page).toContain(aggregateSql(['team', 'month']))
  })
})

describe('the command', () => {
  const call = (...args: string[]) => callMain(['aggregate', ...args, '--dir', join(root, 'store')], 120)

  it('adds up the store, as text, CSV, JSON and SQL', async () => {
    const [record] = openStore(join(root, 'store')).list().records
    expect((await call()).out).toMatch(/^project +runs/)
    expect(JSON.parse((await call('--json', '--by', 'status,month')).out).rows[0].energy_kwh.value).toBe(
      record!.energy.total_kwh!.value,
    )
    expect((await call('--csv')).out).toMatch(/^project,runs,/)
    expect((await call('--sql', '--by', 'team')).out).toBe(`${aggregateSql(['team'])};\n`)
    expect((await call('--mlflow-view')).out).toBe(`${MLFLOW_VIEW}\n`)
  })

  it('writes Parquet and adds it up', async () => {
    const file = join(root, 'store.parquet')
    expect((await call('--write-parquet', file)).out).toBe(`${file}\n`)
    expect(JSON.parse((await call('--parquet', file, '--json')).out)).toMatchObject([
      { project: 'p', runs: 1 },
    ])
  })

  it('refuses what does not go together, and fields that are none', async () => {
    expect((await call('--csv', '--json')).code).toBe(2)
    expect((await call('--by', 'group')).err).toMatch(/"group"; accepted: project/)
    expect((await call('--sql', '--by', 'tag:x')).err).toMatch(/"tag:x", which is no column/)
  })
})
