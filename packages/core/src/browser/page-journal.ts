import type { JournalEntry, RunEntry, TickEntry } from '../journal/entry.js'

/** Ticks kept in full; then every other one goes. They are sums, so nothing of the energy is lost. */
const MOST_TICKS = 20_000

/** A run's journal in memory. Windows and notes are kept whole, readings in bounded number. */
export class PageJournal {
  readonly run: RunEntry
  readonly #entries: JournalEntry[] = []
  #ticks: TickEntry[] = []

  constructor(run: RunEntry) {
    this.run = run
  }

  append(entry: JournalEntry): void {
    if (entry.type !== 'tick') {
      this.#entries.push(entry)
      return
    }
    this.#ticks.push(entry)
    if (this.#ticks.length > MOST_TICKS) this.#ticks = thinned(this.#ticks, MOST_TICKS / 2)
  }

  /** In order of time. */
  entries(): readonly JournalEntry[] {
    return [...this.#entries, ...this.#ticks].sort((a, b) => a.t - b.t)
  }

  /** The same with at most so many readings. */
  digest(mostTicks: number): readonly JournalEntry[] {
    return [...this.#entries, ...thinned(this.#ticks, mostTicks)].sort((a, b) => a.t - b.t)
  }
}

/** At most so many of the ticks, evenly, the first and the last among them. */
const thinned = (ticks: readonly TickEntry[], most: number): TickEntry[] => {
  if (ticks.length <= most) return [...ticks]
  const step = Math.ceil(ticks.length / (most - 1))
  return ticks.filter((_, place) => place % step === 0 || place === ticks.length - 1)
}
