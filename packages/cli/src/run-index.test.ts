import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type RunRecord, startTracking } from '@epochwatt/core'
import { digestOf } from '@epochwatt/report'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDigests } from './run-index.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-index-'))
let record: RunRecord
let count = 0

beforeAll(async () => {
  const tracker = startTracking({ dir: join(root, 'first'), country: 'FR', params: { q: 1 } })
  const epoch = tracker.window('epoch', { index: 0 })
  epoch.logMetrics({ loss: 1 })
  epoch.end()
  record = (await tracker.stop())!
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const idOf = (i: number): string => `run-${String(i).padStart(3, '0')}`

const write = (dir: string, i: number, changes: Partial<RunRecord> = {}): void => {
  const folder = join(dir, 'runs', idOf(i))
  mkdirSync(folder, { recursive: true })
  const started_at = new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString()
  writeFileSync(
    join(folder, 'record.json'),
    JSON.stringify({ ...record, id: idOf(i), started_at, ...changes }),
  )
}

describe('the index of a store', () => {
  let dir: string
  beforeEach(() => {
    dir = join(root, `store-${++count}`)
    for (let i = 0; i < 60; i++) write(dir, i)
  })

  const index = () => join(dir, 'digests.jsonl')
  const ids = () => readDigests(openStore(dir)).digests.map(({ id }) => id)

  it('gives what the records give, the first time and from then on', () => {
    const expected = openStore(dir).list().records.map(digestOf)
    expect(readDigests(openStore(dir)).digests).toEqual(expected)
    expect(existsSync(index())).toBe(true)
    const written = readFileSync(index(), 'utf8')
    expect(readDigests(openStore(dir)).digests).toEqual(expected)
    expect(readFileSync(index(), 'utf8')).toBe(written)
  })

  it('is not needed for a few runs', () => {
    const few = join(root, 'few')
    for (let i = 0; i < 5; i++) write(few, i)
    expect(readDigests(openStore(few)).digests).toHaveLength(5)
    expect(existsSync(join(few, 'digests.jsonl'))).toBe(false)
  })

  it('notices records that changed, came and went', () => {
    ids()
    write(dir, 3, { name: 'renamed', project: 'another' })
    write(dir, 60)
    rmSync(join(dir, 'runs', idOf(7)), { recursive: true })
    const { digests } = readDigests(openStore(dir))
    expect(digests.find(({ id }) => id === idOf(3))!.name).toBe('renamed')
    expect(digests.map(({ id }) => id)).toContain(idOf(60))
    expect(digests.map(({ id }) => id)).not.toContain(idOf(7))
    expect(readDigests(openStore(dir)).digests).toEqual(digests)
  })

  it('is passed over where it is torn, of another version or of somebody else’s making', () => {
    const expected = ids()
    const whole = readFileSync(index(), 'utf8')
    for (const damaged of [
      whole.slice(0, whole.length / 2),
      whole.replaceAll('"digest":1', '"digest":0'),
      'not json\n',
      '{"words":[{}]}\n{"id":"run-000","stamp":"","digest":null}\n',
      whole.replaceAll('"energy":{', '"energy":[],"was":{'),
    ]) {
      writeFileSync(index(), damaged)
      expect(ids()).toEqual(expected)
      expect(readDigests(openStore(dir)).digests[0]!.energy).toEqual(digestOf(record).energy)
    }
  })

  it('says which records cannot be read, each time', () => {
    writeFileSync(join(dir, 'runs', idOf(5), 'record.json'), '{')
    for (let i = 0; i < 2; i++) {
      const { digests, unreadable } = readDigests(openStore(dir))
      expect(digests).toHaveLength(59)
      expect(unreadable.map(({ id }) => id)).toEqual([idOf(5)])
    }
  })

  it('keeps parameters that look like its own shorthand', () => {
    write(dir, 1, { params: { q: 2, value: 1, low: 2, high: 3 } })
    for (let i = 0; i < 2; i++)
      expect(readDigests(openStore(dir)).digests[1]!.params).toEqual({ q: 2, value: 1, low: 2, high: 3 })
  })
})
