import { describe, expect, it } from 'vitest'
import type { TickEntry } from '../journal/entry.js'
import { parseRecord } from '../record/record-schema.js'
import { pageCpuModel } from '../sensors/browser/page-models.js'
import { scriptedRun, windowAt } from '../testing/scripted-run.js'
import { keepCopy, recoverPageRuns } from './kept-runs.js'
import { PageJournal } from './page-journal.js'

const memoryStorage = (mostCharacters = Number.POSITIVE_INFINITY) => {
  const map = new Map<string, string>()
  return {
    map,
    get length() {
      return map.size
    },
    key: (place: number) => [...map.keys()][place] ?? null,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > mostCharacters) throw new DOMException('full', 'QuotaExceededError')
      map.set(key, value)
    },
    removeItem: (key: string) => void map.delete(key),
  }
}

const run = scriptedRun({ sensors: [pageCpuModel({ ...scriptedRun().machine, threads: 8 })] })

const tick = (second: number): TickEntry => ({
  type: 'tick',
  t: second * 1e9,
  r: [],
  u: [second * 1.2, second * 8, second * 1.2],
})

const journalOf = (seconds: number): PageJournal => {
  const journal = new PageJournal(run)
  for (let second = 0; second <= seconds; second++) journal.append(tick(second))
  for (const entry of windowAt(1, 10, 20, [[], []])) journal.append(entry)
  return journal
}

const MUCH_LATER = Date.now() + 3_600_000

describe('the copy of a run in the storage of a browser', () => {
  it('becomes a record after the page is gone, once', () => {
    const storage = memoryStorage()
    keepCopy(storage, journalOf(100)).flush()
    const records = recoverPageRuns(storage, MUCH_LATER)
    expect(records).toHaveLength(1)
    const record = parseRecord(JSON.parse(JSON.stringify(records[0])), 'the copy')
    expect(record).toMatchObject({ status: 'recovered', duration_s: 100 })
    expect(record.energy.total_kwh?.value).toBeGreaterThan(0)
    expect(record.epochs).toHaveLength(1)
    expect(recoverPageRuns(storage, MUCH_LATER)).toEqual([])
  })

  it('is left alone while its page may live', () => {
    const storage = memoryStorage()
    keepCopy(storage, journalOf(10)).flush()
    expect(recoverPageRuns(storage)).toEqual([])
    expect(storage.map.size).toBe(1)
  })

  it('stays within 256 kB however long the run is, and keeps its energy', () => {
    const storage = memoryStorage()
    const journal = journalOf(19_000)
    keepCopy(storage, journal).flush()
    expect([...storage.map.values()][0]!.length).toBeLessThanOrEqual(256 * 1024)
    const [kept] = recoverPageRuns(storage, MUCH_LATER)
    const whole = memoryStorage()
    keepCopy(whole, journalOf(100)).flush()
    const [short] = recoverPageRuns(whole, MUCH_LATER)
    const watts = (record: typeof kept): number => record!.energy.total_kwh!.value / record!.duration_s
    expect(watts(kept)).toBeCloseTo(watts(short), 12)
  })

  it('costs a full storage nothing but the copy', () => {
    const storage = memoryStorage(10)
    expect(() => keepCopy(storage, journalOf(10)).flush()).not.toThrow()
    expect(storage.map.size).toBe(0)
  })

  it('takes out what is damaged and leaves what is not ours', () => {
    const storage = memoryStorage()
    storage.map.set('epochwatt/broken', '{"at":1,"run"')
    storage.map.set('other', 'x')
    expect(recoverPageRuns(storage, MUCH_LATER)).toEqual([])
    expect([...storage.map.keys()]).toEqual(['other'])
  })
})

describe('the journal of a page', () => {
  it('keeps a bounded number of readings and loses no energy', () => {
    const journal = journalOf(50_000)
    const entries = journal.entries()
    expect(entries.length).toBeLessThan(20_010)
    const ticks = entries.filter(entry => entry.type === 'tick')
    expect([ticks[0]?.t, ticks.at(-1)?.t]).toEqual([0, 50_000e9])
  })
})
