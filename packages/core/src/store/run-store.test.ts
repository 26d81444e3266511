import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunEntry } from '../journal/entry.js'
import { EVENTS_FILE, SAMPLES_FILE } from '../journal/files.js'
import { encodeEntry } from '../journal/line.js'
import { buildRecord } from '../record/build-record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { recoverRuns } from './recover-runs.js'
import { closeRun, createRun, openStore } from './run-store.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** No process has this number: Linux ends at 2^22. */
const DEAD = { owner: { pid: 2 ** 30 }, samplingIntervalMs: 1000 }
const ticks = [0, 1, 2].map(s => tickAt(s, [s * 50e6]))

const finished = (id: string, overrides: Partial<RunEntry> = {}) => {
  const run = scriptedRun({ id, ...overrides })
  createRun(dir, id, DEAD)
  const record = buildRecord(run, [...ticks, { type: 'stop', t: 2e9, status: 'finished' }])
  closeRun(dir, record)
  return record
}

const begun = (id: string): string => {
  const directory = createRun(dir, id, DEAD)
  writeFileSync(join(directory, EVENTS_FILE), encodeEntry(scriptedRun({ id })))
  writeFileSync(join(directory, SAMPLES_FILE), ticks.map(encodeEntry).join(''))
  return directory
}

describe('the run store', () => {
  it('finds runs by id, beginning, name and as the latest', () => {
    const a = finished('20260105-120000-aaaaaa', { name: 'first', startedAt: '2026-01-05T12:00:00.000Z' })
    const b = finished('20260105-130000-bbbbbb', { name: 'second', startedAt: '2026-01-05T13:00:00.000Z' })
    const store = openStore(dir)
    expect(store.list().records).toEqual([a, b])
    expect(store.read(a.id)).toEqual(a)
    expect(store.read('20260105-13')).toEqual(b)
    expect(store.read('first')).toEqual(a)
    expect(store.read('latest')).toEqual(b)
    expect(() => store.read('2026')).toThrow(expect.objectContaining({ code: 'RUN_AMBIGUOUS' }))
    expect(() => store.read('third')).toThrow(/No finished run "third"/)
  })

  it('lists what it can read and says what it cannot', () => {
    const record = finished('20260105-120000-aaaaaa')
    mkdirSync(join(dir, 'runs', 'broken'))
    writeFileSync(join(dir, 'runs', 'broken', 'record.json'), '{"schema":')
    const { records, unreadable } = openStore(dir).list()
    expect(records).toEqual([record])
    expect(unreadable).toMatchObject([{ id: 'broken', reason: expect.stringContaining('record.json') }])
  })

  it('is empty, not an error, where there is none', () => {
    expect(openStore(join(dir, 'nowhere')).list()).toEqual({ records: [], unreadable: [] })
    expect(readdirSync(dir)).toEqual([])
  })

  it.each([
    '../outside',
    '..',
    'a/../../b',
    'a\0b',
    '/etc/passwd',
    'CON',
    'nul',
    'COM1',
    'a.',
    'a:b',
    '..\\b',
  ])('never leaves its folder for the name %j', name => {
    expect(() => openStore(dir).read(name)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }))
  })

  it('follows no link out of its folder, neither to read nor to recover', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'epochwatt-elsewhere-'))
    const other = dir
    dir = elsewhere
    const record = finished('20260105-120000-aaaaaa')
    begun('20260105-120000-bbbbbb')
    dir = other
    createRun(dir, '20260105-110000-cccccc', DEAD)
    for (const id of ['20260105-120000-aaaaaa', '20260105-120000-bbbbbb']) {
      symlinkSync(join(elsewhere, 'runs', id), join(dir, 'runs', id))
      writeFileSync(join(dir, 'open', id), JSON.stringify(DEAD))
    }
    const events = join(elsewhere, 'runs', '20260105-120000-bbbbbb', EVENTS_FILE)
    const before = readFileSync(events, 'utf8')
    expect(openStore(dir).list().records).toEqual([])
    expect(() => openStore(dir).read(record.id)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }))
    expect(recoverRuns(dir).recovered).toEqual([])
    expect(readFileSync(events, 'utf8')).toBe(before)
    rmSync(elsewhere, { recursive: true })
  })

  it('finishes the run of a dead process from its journal, damaged lines and all', () => {
    const directory = begun('20260105-120000-aaaaaa')
    appendFileSync(join(directory, SAMPLES_FILE), '{"type":"tick","t":3000000000,"r":[15')
    const { recovered, failed } = recoverRuns(dir)
    expect(failed).toEqual([])
    expect(recovered).toMatchObject([{ status: 'killed', duration_s: 2 }])
    expect(recovered[0]!.energy.total_kwh!.value * 3.6e6).toBeCloseTo(100)
    expect(recovered[0]!.warnings).toContainEqual({
      code: 'JOURNAL_DAMAGED',
      message: '1 line(s) of the journal could not be read and were skipped (samples.jsonl:4)',
    })
    expect(openStore(dir).list().records).toEqual(recovered)
    // What was begun is told in the journal too: the same record comes out of it again.
    expect(readFileSync(join(directory, EVENTS_FILE), 'utf8')).toContain('"status":"killed"')
  })

  it('leaves a living run alone, a large one for later, and gives up on a hopeless one without deleting it', () => {
    createRun(dir, 'living', { owner: { pid: process.pid }, samplingIntervalMs: 1000 })
    writeFileSync(join(dir, 'runs', 'living', SAMPLES_FILE), '')
    begun('large')
    createRun(dir, 'hopeless', DEAD)
    writeFileSync(join(dir, 'runs', 'hopeless', EVENTS_FILE), 'nothing of use\n')
    const { recovered, failed, left } = recoverRuns(dir, { mostBytes: 10 })
    expect(recovered).toEqual([])
    expect([...left].sort()).toEqual(['large', 'living'])
    expect(failed).toMatchObject([
      { id: 'hopeless', reason: expect.stringContaining('lost its first entry') },
    ])
    expect(readdirSync(join(dir, 'runs')).sort()).toEqual(['hopeless', 'large', 'living'])
  })
})

describe('the store that is opened without a name', () => {
  it('is the one that a run started here would be written to', () => {
    const before = process.cwd()
    writeFileSync(join(dir, 'epochwatt.config.json'), JSON.stringify({ dir: 'energy' }))
    process.chdir(dir)
    try {
      expect(openStore().dir).toBe(join(process.cwd(), 'energy'))
    } finally {
      process.chdir(before)
    }
  })
})
