import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EpochwattError } from '../errors.js'
import { buildRecord } from '../record/build-record.js'
import { openStore } from '../store/run-store.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { importRuns } from './import-runs.js'
import { readForeignFile } from './read-foreign-file.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-import-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const csv = (...runs: readonly (readonly [id: string, duration: number])[]): string =>
  [
    'timestamp,project_name,run_id,duration,emissions,energy_consumed,country_iso_code',
    ...runs.map(([id, duration]) => `2026-01-05T12:00:00,p,${id},${duration},0.1,0.4,FRA`),
  ].join('\n')

const runsOf = (text: string) => readForeignFile(text, 'emissions.csv').records

describe('importRuns', () => {
  it('adds runs to a store, where everything else finds them', () => {
    expect(importRuns(runsOf(csv(['a', 10], ['b', 20])), dir)).toEqual({
      added: ['codecarbon-a', 'codecarbon-b'],
      updated: [],
      unchanged: [],
    })
    const { records, unreadable } = openStore(dir).list()
    expect(unreadable).toEqual([])
    expect(records.map(({ id }) => id).toSorted()).toEqual(['codecarbon-a', 'codecarbon-b'])
    expect(openStore(dir).read('codecarbon-a').energy.total_kwh!.value).toBe(0.4)
  })

  it('takes a record of ours from elsewhere, and refuses a damaged one with a reason', () => {
    const record = JSON.stringify(
      buildRecord(scriptedRun({ id: 'of-a-page' }), [tickAt(0, [0]), tickAt(1, [1])]),
    )
    expect(importRuns(readForeignFile(record, 'the file').records, dir).added).toEqual(['of-a-page'])
    expect(openStore(dir).read('of-a-page').duration_s).toBe(1)
    const damaged = record.replace('"duration_s":1', '"duration_s":"long"')
    expect(readForeignFile(damaged, 'the file')).toMatchObject({
      records: [],
      problems: [{ message: expect.stringContaining('duration_s') }],
    })
  })

  it('adds nothing the second time, and touches no file', () => {
    importRuns(runsOf(csv(['a', 10])), dir)
    const path = join(dir, 'runs', 'codecarbon-a', 'record.json')
    const before = statSync(path, { bigint: true }).mtimeNs
    expect(importRuns(runsOf(csv(['a', 10])), dir)).toEqual({
      added: [],
      updated: [],
      unchanged: ['codecarbon-a'],
    })
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before)
    expect(readdirSync(join(dir, 'runs', 'codecarbon-a'))).toEqual(['record.json'])
  })

  it('takes a run that has gone on, and not one that is shorter', () => {
    importRuns(runsOf(csv(['a', 10])), dir)
    expect(importRuns(runsOf(csv(['a', 20])), dir).updated).toEqual(['codecarbon-a'])
    expect(importRuns(runsOf(csv(['a', 15])), dir).unchanged).toEqual(['codecarbon-a'])
    expect(openStore(dir).read('codecarbon-a').duration_s).toBe(20)
  })

  it('counts a run of two files once', () => {
    expect(importRuns([...runsOf(csv(['a', 10])), ...runsOf(csv(['a', 20]))], dir)).toEqual({
      added: ['codecarbon-a'],
      updated: [],
      unchanged: [],
    })
  })

  it('writes anew what cannot be read', () => {
    importRuns(runsOf(csv(['a', 10])), dir)
    const path = join(dir, 'runs', 'codecarbon-a', 'record.json')
    writeFileSync(path, '{"torn')
    expect(importRuns(runsOf(csv(['a', 10])), dir).updated).toEqual(['codecarbon-a'])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: 'codecarbon-a' })
  })

  it('says when nothing can be written', () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    expect(() => importRuns(runsOf(csv(['a', 10])), file)).toThrow(EpochwattError)
  })
})

describe('readForeignFile', () => {
  it('finds nothing in the log of errors that lies beside the others', () => {
    const text = '2026-01-05 12:00:00,198 - MainThread - INFO - Traceback (most recent call last):\n'
    expect(readForeignFile(text, 'x_err.log')).toEqual({ records: [], problems: [] })
  })

  it('says what it takes', () => {
    for (const text of ['', 'a,b\n1,2', 'hello', '{"json":true}'])
      expect(() => readForeignFile(text, 'x.txt')).toThrow(
        /x\.txt is neither an emissions\.csv of CodeCarbon/,
      )
  })
})
