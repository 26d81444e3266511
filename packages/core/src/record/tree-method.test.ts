import { describe, expect, it } from 'vitest'
import type { JournalEntry, TickEntry } from '../journal/entry.js'
import { parseEntry } from '../journal/entry-schema.js'
import { scriptedRun } from '../testing/scripted-run.js'
import { buildRecord } from './build-record.js'

/** One tick a second; the first is where counting begins. */
const tick = (second: number, cgroup?: 1 | 2): TickEntry => ({
  type: 'tick',
  t: second * 1e9,
  r: [second * 1e7],
  u: [second, 8 * second, 0.5 * second, 0.1 * second],
  ...(cgroup && { g: cgroup }),
})

const methodOf = (ticks: readonly TickEntry[]): string | undefined => {
  const entries: JournalEntry[] = [...ticks, { type: 'stop', t: ticks.at(-1)!.t, status: 'finished' }]
  return buildRecord(scriptedRun(), entries).methodology.tree_method
}

describe('how our processor time was told from that of others', () => {
  it('is in the record: through /proc', () => {
    expect(methodOf([tick(0), tick(1), tick(2)])).toBe('the process tree, followed through /proc')
  })

  it('is in the record: by a control group of our own', () => {
    const method = methodOf([tick(0), tick(1, 1), tick(2, 1), tick(3, 1)])
    expect(method).toMatch(/^cpuacct\.usage of our control group \(version 1\)/)
    expect(method).not.toMatch(/proc\b/)
  })

  it('names both where others were in the group for a while', () => {
    const method = methodOf([tick(0), tick(1, 2), tick(2), tick(3), tick(4), tick(5, 2)])
    expect(method).toMatch(/^cpu\.stat .* in 2 of 6 readings; else .*\/proc$/)
  })

  it('is not said where nobody followed descendants', () => {
    expect(
      methodOf([0, 1, 2].map(second => ({ ...tick(second), u: [second, 8 * second, 0] }))),
    ).toBeUndefined()
  })

  it('is kept in the journal, which older versions read without it', () => {
    const entry = tick(1, 2)
    expect(parseEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry)
    expect(parseEntry(tick(1))).toEqual(tick(1))
    expect(parseEntry({ ...entry, g: 3 })).toBeUndefined()
  })
})
