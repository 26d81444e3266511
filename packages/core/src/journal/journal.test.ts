import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { packageCounter, scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { EVENTS_FILE, SAMPLES_FILE } from './files.js'
import { JournalWriter } from './journal-writer.js'
import { sensorsEntry } from './late-sensors.js'
import { readJournal } from './read-journal.js'

let directory: string
const run = scriptedRun()

const write = (): void => {
  const events = new JournalWriter(join(directory, EVENTS_FILE))
  for (const entry of [run, tickAt(0, [0]), ...windowAt(1, 0.5, 1.5, [[1], [2]])]) events.append(entry)
  events.close()
  const samples = new JournalWriter(join(directory, SAMPLES_FILE))
  for (const second of [1, 2]) samples.append(tickAt(second, [second], [second, 4 * second, second]))
  samples.close()
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-journal-'))
})

describe('the journal', () => {
  it('gives back what two threads wrote, in order of time', () => {
    write()
    const { run: header, entries, damagedLines } = readJournal(directory)
    expect(header).toEqual(run)
    expect(entries.map(({ t }) => t / 1e9)).toEqual([0, 0, 0.5, 1, 1.5, 2])
    expect(damagedLines).toEqual([])
  })

  it('opens at every length to which a crash may have cut it, and loses only the torn line', () => {
    write()
    const path = join(directory, SAMPLES_FILE)
    const whole = readFileSync(path)
    const first = whole.indexOf(10)
    for (let bytes = whole.length; bytes >= 0; bytes--) {
      truncateSync(path, bytes)
      const { entries, damagedLines } = readJournal(directory)
      // A line is whole with or without its newline.
      const complete = bytes >= whole.length - 1 ? 2 : bytes >= first ? 1 : 0
      expect(entries).toHaveLength(4 + complete)
      expect(damagedLines.length).toBeLessThanOrEqual(1)
    }
  })

  it('skips and counts damaged lines, whatever is in them', () => {
    write()
    const path = join(directory, EVENTS_FILE)
    appendFileSync(
      path,
      '\u0000\u0000garbage\n{"type":"tick","t":-5,"r":[],"u":null}\n{"type":"gossip","t":1}\n[]\n{"type":7,"t":1}\n',
    )
    const { entries, damagedLines, laterEntries } = readJournal(directory)
    expect(entries).toHaveLength(6)
    expect(laterEntries).toBe(1)
    expect(damagedLines.map(({ file, line }) => `${file}:${line}`)).toEqual(
      [5, 6, 8, 9].map(n => `${EVENTS_FILE}:${n}`),
    )
  })

  it('says what to do when the header is lost, the journal is missing or newer than this version', () => {
    expect(() => readJournal(directory)).toThrow(expect.objectContaining({ code: 'JOURNAL_UNREADABLE' }))
    writeFileSync(join(directory, EVENTS_FILE), '{"broken\n')
    expect(() => readJournal(directory)).toThrow(expect.objectContaining({ code: 'JOURNAL_HEADLESS' }))
    writeFileSync(join(directory, EVENTS_FILE), `${JSON.stringify({ ...run, version: 99 })}\n`)
    expect(() => readJournal(directory)).toThrow(
      /version 99; this epochwatt reads up to 1\. Update epochwatt\./,
    )
  })

  it('gives back sensors that were found late, and the use of devices', () => {
    write()
    const entries = [
      sensorsEntry(2e9, { sensors: [packageCounter({ settings: { path: '/secret' } })], unavailable: [] }),
      { ...tickAt(3, [1, 2]), d: { 'gpu-0': [1, 0, 2, null, 30, 40.5] as const } },
    ]
    const samples = new JournalWriter(join(directory, SAMPLES_FILE))
    for (const entry of entries) samples.append(entry)
    samples.close()
    const read = readJournal(directory)
    expect(read.damagedLines).toEqual([])
    expect(read.entries.slice(-2)).toEqual(entries)
    expect(JSON.stringify(read.entries)).not.toContain('secret')
  })

  it('is readable by its owner only', async () => {
    write()
    const { statSync } = await import('node:fs')
    expect(statSync(join(directory, EVENTS_FILE)).mode & 0o777).toBe(0o600)
  })
})
