import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord } from '../record/record.js'
import type { PageJournal } from './page-journal.js'
import type { PageStorage } from './page-options.js'

const PREFIX = 'epochwatt/'

/** A run's copy takes no more than this, in characters; storage of a page is 5 MB in all. */
const MOST_CHARACTERS = 256 * 1024
const MOST_TICKS = 500
const FEWEST_TICKS = 50

/** Not oftener than this, and not when more of the page's time would go into it. */
const INTERVAL_MS = 5000
const REST = 100

/** Silence of this long is taken for the end of a page; hidden ones wake at least once a minute. */
const SILENT_MS = 120_000

interface KeptRun {
  /** Wall clock of the copy, milliseconds since 1970. */
  readonly at: number
  readonly run: RunEntry
  readonly entries: readonly JournalEntry[]
}

export interface KeptCopy {
  /** Writes a copy now and then. Never throws: a full storage keeps an older one. */
  touch(): void
  /** Writes one at once, since the page may be gone in a moment. */
  flush(): void
  /** The run has its record: nothing is left to recover. */
  drop(): void
}

/** Keeps a copy of a journal in a storage of the browser. */
export const keepCopy = (storage: PageStorage, journal: PageJournal): KeptCopy => {
  const key = PREFIX + journal.run.id
  let due = Number.NEGATIVE_INFINITY
  const flush = (): void => {
    const began = performance.now()
    try {
      for (let ticks = MOST_TICKS; ticks >= FEWEST_TICKS; ticks /= 2) {
        const copy: KeptRun = { at: Date.now(), run: journal.run, entries: journal.digest(Math.floor(ticks)) }
        const text = JSON.stringify(copy)
        if (text.length > MOST_CHARACTERS) continue
        storage.setItem(key, text)
        break
      }
    } catch {
      // Full, or switched off by the user: the run itself goes on.
    }
    const took = performance.now() - began
    due = performance.now() + Math.max(INTERVAL_MS, took * REST)
  }
  return {
    touch: () => {
      if (performance.now() >= due) flush()
    },
    flush,
    drop: () => {
      try {
        storage.removeItem(key)
      } catch {
        // It is found again by `recoverPageRuns`, with the same id.
      }
    },
  }
}

const recordOf = (text: string | null, now: number): RunRecord | undefined => {
  const { at, run, entries } = JSON.parse(text ?? 'null') as KeptRun
  if (now - at < SILENT_MS) return undefined
  const end = entries.at(-1)?.t ?? 0
  const reason = 'the page was closed, reloaded or crashed; counted up to its last copy'
  return buildRecord(run, [...entries, { type: 'stop', t: end, status: 'recovered', reason }])
}

/**
 * Records of runs whose page is gone, from the storage given to `startTracking({ keepIn })`. Each is given once: its
 * copy is taken out. Runs of pages that gave a sign of life within two minutes are left alone.
 *
 * Never throws; what is damaged is taken out as well.
 *
 * @example
 * for (const record of recoverPageRuns(localStorage)) downloadRecord(record)
 */
export const recoverPageRuns = (storage: PageStorage, now: number = Date.now()): readonly RunRecord[] => {
  const records: RunRecord[] = []
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place))
  for (const key of keys) {
    if (!key?.startsWith(PREFIX)) continue
    try {
      const record = recordOf(storage.getItem(key), now)
      if (!record) continue
      records.push(record)
    } catch {
      // Written by an older version, or by somebody else.
    }
    storage.removeItem(key)
  }
  return records
}
