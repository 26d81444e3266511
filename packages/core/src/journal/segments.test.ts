import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordOfJournal, recoverRuns } from '../store/recover-runs.js'
import { createRun, openStore } from '../store/run-store.js'
import { scriptedRun, tickAt, windowAt } from '../testing/scripted-run.js'
import { LiveFigures } from '../tracker/live-figures.js'
import type { JournalEntry } from './entry.js'
import { isLaterEntry } from './entry-schema.js'
import { EVENTS_FILE, SAMPLES_FILE } from './files.js'
import { JournalTail } from './journal-tail.js'
import { JournalWriter } from './journal-writer.js'
import { openJournal, readJournal } from './read-journal.js'
import { tailSamples } from './sample-source.js'
import { SegmentPacker } from './segment-packer.js'
import { lastSegment, segmentName, segmentsOf } from './segments.js'

const SECONDS = 300
const run = scriptedRun({ embodied: true })
const ticks = Array.from({ length: SECONDS + 1 }, (_, second) =>
  tickAt(second, [second * 50e6 + (second % 7) * 1e6], [second, 4 * second, second / 2]),
)
const events: JournalEntry[] = [
  run,
  ...[0, 60, 120, 180, 240].flatMap((from, epoch) =>
    windowAt(epoch, from, from + 60, [[from * 50e6], [(from + 60) * 50e6]]),
  ),
  { type: 'stop', t: SECONDS * 1e9, status: 'finished' },
]
const textOf = (entries: readonly JournalEntry[]): string =>
  entries.map(entry => `${JSON.stringify(entry)}\n`).join('')

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'epochwatt-segments-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const clear = (): void => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true })
}
const recordText = (): string => JSON.stringify(recordOfJournal(openJournal(directory)))

/** The journal in one file each, as short runs have it. */
const wholeRecord = (): string => {
  clear()
  writeFileSync(join(directory, EVENTS_FILE), textOf(events))
  writeFileSync(join(directory, SAMPLES_FILE), textOf(ticks))
  return recordText()
}

/** Writes as a run does. @param at Called after each reading. */
const write = (segmentBytes: number, at: (second: number) => void = () => {}): void => {
  const files = [EVENTS_FILE, SAMPLES_FILE].map(
    file => new JournalWriter(join(directory, file), segmentBytes),
  )
  for (const entry of events) files[0]!.append(entry)
  for (const [second, tick] of ticks.entries()) {
    files[1]!.append(tick)
    at(second)
  }
  for (const file of files) file.close()
}

/** The packer at work, one slice a second of simulated time; every state of the folder on its way. */
const packAll = (onStep: (names: readonly string[]) => void = () => {}): void => {
  const packer = new SegmentPacker(directory)
  for (let second = 0; second < 3600; second++) {
    packer.step(second * 1000)
    onStep(readdirSync(directory).sort())
  }
  packer.close()
}

describe('a journal in segments', () => {
  it('gives the record of the whole, wherever it is cut and whatever of it is packed', () => {
    const whole = wholeRecord()
    fc.assert(
      fc.property(fc.integer({ min: 1500, max: 20_000 }), fc.boolean(), (segmentBytes, isPacked) => {
        clear()
        write(segmentBytes)
        if (isPacked) packAll()
        expect(recordText()).toBe(whole)
      }),
      { numRuns: 8 },
    )
  })

  it('keeps its first segment, and the one that is written to, as they were written', () => {
    write(4096)
    packAll()
    const segments = segmentsOf(readdirSync(directory), SAMPLES_FILE)
    expect(segments.length).toBeGreaterThan(4)
    expect(segments.map(({ isPacked }) => isPacked)).toEqual(
      segments.map((_, index) => index > 0 && index < segments.length - 1),
    )
    expect(readdirSync(directory).filter(name => name.endsWith('.partial'))).toEqual([])
  })

  it('gives the same record from every state in which packing may be interrupted', () => {
    const whole = wholeRecord()
    clear()
    write(4096)
    let last = ''
    let states = 0
    packAll(names => {
      if (names.join() === last) return
      last = names.join()
      states++
      expect(recordText()).toBe(whole)
    })
    // Of each segment that is packed: begun, done, and the plain one gone.
    expect(states).toBeGreaterThan(9)
  })

  it('gives the same record from every state in which going on may be interrupted', () => {
    const whole = wholeRecord()
    clear()
    write(4096)
    const last = lastSegment(directory, SAMPLES_FILE)
    const next = segmentName(SAMPLES_FILE, segmentsOf(readdirSync(directory), SAMPLES_FILE).length)
    // The next segment is there, and nothing in it; then the last word of the one before is, too.
    writeFileSync(join(directory, next), '')
    expect(recordText()).toBe(whole)
    appendFileSync(last, '{"type":"continued","t":0}\n')
    expect(recordText()).toBe(whole)
    rmSync(join(directory, next))
    expect(recordText()).toBe(whole)
  })

  it('is followed from segment to segment, near and far behind, without loss', () => {
    const path = join(directory, SAMPLES_FILE)
    const packer = new SegmentPacker(directory)
    const near = new JournalTail(path)
    const far = new JournalTail(path)
    const seen: JournalEntry[] = []
    const seenLate: JournalEntry[] = []
    write(2048, second => {
      if (second % 3 === 0) seen.push(...near.read())
      if (second % 140 === 0) seenLate.push(...far.read())
      packer.step(second * 10_000)
    })
    packAll()
    const readings = (entries: readonly JournalEntry[]) => entries.filter(({ type }) => type === 'tick')
    expect(readings([...seen, ...near.read()])).toEqual(ticks)
    expect(readings([...seenLate, ...far.read()])).toEqual(ticks)
    for (const tail of [near, far]) tail.close()
    packer.close()
  })

  it('gives the same live figures as one file', () => {
    const figures = (): unknown => {
      const live = new LiveFigures(run, tailSamples(directory, run))
      for (const entry of events) live.add(entry)
      const between = live.between(60e9, 120e9)
      live.close()
      return between
    }
    wholeRecord()
    const whole = figures()
    clear()
    write(2048)
    packAll()
    expect(figures()).toEqual(whole)
  })

  it('opens at every length to which a crash may have cut its last segment, and loses only the torn line', () => {
    write(12_000)
    packAll()
    const path = lastSegment(directory, SAMPLES_FILE)
    const whole = readFileSync(path)
    const before = readJournal(directory).entries.length
    for (let bytes = whole.length; bytes >= 0; bytes -= 97) {
      writeFileSync(path, whole.subarray(0, bytes))
      const rest = whole.subarray(bytes)
      // Each newline that is gone may be that of a line which is whole without it.
      const lost = rest.toString().split('\n').length - 1
      const { entries, damagedLines } = readJournal(directory)
      expect(entries.length).toBeGreaterThanOrEqual(before - lost)
      expect(damagedLines.length).toBeLessThanOrEqual(1)
      if (damagedLines.length === 1) expect(damagedLines[0]!.file).toBe(path.slice(directory.length + 1))
    }
  })

  it('says which part of it is missing or cannot be unpacked, and uses the rest', () => {
    write(4096)
    packAll()
    rmSync(join(directory, 'samples.2.jsonl.gz'))
    const packed = readFileSync(join(directory, 'samples.3.jsonl.gz'))
    writeFileSync(join(directory, 'samples.3.jsonl.gz'), packed.subarray(0, packed.length / 2))
    const { warnings, energy } = recordOfJournal(openJournal(directory))
    expect(warnings.find(({ code }) => code === 'JOURNAL_DAMAGED')?.message).toContain(
      '(samples.2.jsonl, samples.3.jsonl.gz)',
    )
    // A counter goes on counting: what is lost is when, not how much.
    expect(energy.total_kwh!.value * 3.6e6).toBeCloseTo(SECONDS * 50, -2)
  })

  it('is recovered like any other, its end in the last segment', () => {
    const dir = join(directory, 'store')
    const folder = createRun(dir, run.id, { owner: { pid: 2 ** 22 }, samplingIntervalMs: 1000 })
    const journal = new JournalWriter(join(folder, EVENTS_FILE), 1024)
    for (const entry of events.slice(0, -1)) journal.append(entry)
    journal.close()
    writeFileSync(join(folder, SAMPLES_FILE), textOf(ticks))
    const { recovered } = recoverRuns(dir)
    expect(recovered.map(({ status, epochs }) => [status, epochs.length])).toEqual([['killed', 5]])
    expect(readFileSync(lastSegment(folder, EVENTS_FILE), 'utf8')).toContain('"status":"killed"')
    expect(readFileSync(join(folder, EVENTS_FILE), 'utf8')).not.toContain('"stop"')
    expect(openStore(dir).openRuns()).toEqual([])
  })

  it('tells a version that knows of no segments that there is more than it knows', () => {
    write(4096)
    const last = readFileSync(join(directory, SAMPLES_FILE), 'utf8').trimEnd().split('\n').at(-1)!
    // To that version it is what this kind is to us: an entry of a kind that it never heard of.
    const { type: _, ...entry } = JSON.parse(last) as { readonly type: string }
    expect(isLaterEntry({ ...entry, type: 'gossip' })).toBe(true)
    expect(last).toContain('"continued"')
    expect(readJournal(directory).laterEntries).toBe(0)
  })

  it('goes on where it is when no next segment can be had', () => {
    const path = join(directory, SAMPLES_FILE)
    const journal = new JournalWriter(path, 500)
    rmSync(directory, { recursive: true })
    for (const tick of ticks) journal.append(tick)
    journal.close()
    expect(existsSync(directory)).toBe(false)
    expect(journal.error).toBeUndefined()
  })
})

describe('names of segments', () => {
  it('are only those that a writer gives', () => {
    const names = [
      'samples.jsonl',
      'samples.1.jsonl',
      'samples.1.jsonl.gz',
      'samples.10.jsonl.gz',
      'samples.2.jsonl',
    ]
    const others = [
      'samples.01.jsonl',
      'samples.-1.jsonl',
      'samples.0.jsonl',
      'samples.1e1.jsonl',
      'samples.x.jsonl',
    ]
    const found = segmentsOf(
      [...others, ...names, 'samples.3.jsonl.gz.partial', 'events.4.jsonl'],
      SAMPLES_FILE,
    )
    expect(found.map(({ number, isPacked }) => [number, isPacked])).toEqual([
      [0, false],
      [1, false],
      [2, false],
      [10, true],
    ])
    expect(segmentName(SAMPLES_FILE, 3)).toBe('samples.3.jsonl')
  })

  it('of one that was being packed mean what was written first, in whichever order they are listed', () => {
    expect(segmentsOf(['samples.1.jsonl.gz', 'samples.1.jsonl'], SAMPLES_FILE)[0]!.isPacked).toBe(false)
    appendFileSync(join(directory, 'events.jsonl'), '')
    expect(lastSegment(directory, EVENTS_FILE)).toBe(join(directory, 'events.jsonl'))
  })
})
