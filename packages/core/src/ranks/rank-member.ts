import { renameSync, rmdirSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RanksEntry } from '../journal/entry.js'
import { isAlive, isBelow } from './process-identity.js'
import { cardName, type RankCard } from './rank-card.js'
import {
  OWNER_FILE,
  quietly,
  type RankSeat,
  readCards,
  readOwner,
  type SeatedCard,
  takeSeat,
  writeCard,
} from './rank-seat.js'

/** Looks and signs of life come at most this often. */
const BEAT_MS = 900

/** An owner that is silent for this long has lost its office, as one whose process is stopped. */
const SILENT_MS = 10_000

const touch = (path: string): void => {
  const now = new Date()
  utimesSync(path, now, now)
}

/** Time since the last sign of life that is kept in a file. */
const silentMs = (path: string): number => {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/**
 * One rank among those of its job on this machine. One of them is the owner: it asks what is asked once for all, and
 * says of ranks that died that they have ended. Nothing here throws.
 */
export class RankMember {
  readonly #seat: RankSeat
  readonly #clockNs: () => bigint
  readonly #known = new Map<string, RankCard>()
  readonly #nested = new Map<string, boolean>()
  #card: RankCard
  #nextBeat = Number.NEGATIVE_INFINITY
  #written = ''

  /** @param clockNs Nanoseconds of the machine's monotonic clock. */
  constructor(seat: RankSeat, clockNs: () => bigint = () => process.hrtime.bigint()) {
    this.#seat = seat
    this.#card = seat.card
    this.#clockNs = clockNs
  }

  /** Tells the others what became known only after the start. */
  showBoards(boards: readonly string[]): void {
    if (boards.join() === this.#card.boards.join()) return
    this.#replaceCard({ ...this.#card, boards })
  }

  #replaceCard(card: RankCard): void {
    const { folder } = this.#seat
    // The thread that held the seat before may have replaced it.
    const revision = readCards(folder, this.#known).get(card.run)?.revision ?? this.#seat.revision
    quietly(() => {
      writeCard(folder, card, revision + 1)
      this.#card = card
      unlinkSync(join(folder, cardName(card.run, revision)))
    })
  }

  /** A sign of life and a look around, when it is time. An entry for the journal if anything is new. */
  beat(): RanksEntry | undefined {
    const now = performance.now()
    if (now < this.#nextBeat) return undefined
    this.#nextBeat = now + BEAT_MS
    return this.#look()
  }

  #look(): RanksEntry | undefined {
    const { folder, card } = this.#seat
    const cards = readCards(folder, this.#known)
    this.#keepSeat(cards.get(card.run))
    const owns = this.#holdOffice(cards)
    const others = [...cards.values()].filter(
      ({ card: other }) => other.run !== card.run && !this.#isOwnProcess(other),
    )
    if (owns) {
      for (const { card: other, revision } of others) {
        if (other.endedNs !== undefined || this.#lives(other, revision)) continue
        const ended = { ...other, endedNs: String(this.#clockNs()) }
        quietly(() => {
          writeCard(folder, ended, revision + 1)
          unlinkSync(join(folder, cardName(other.run, revision)))
        })
      }
    }
    return this.#entry(
      owns,
      others.map(other => other.card),
    )
  }

  /** Its seat is gone where somebody cleared the folder away, or took it for dead while it was stopped. */
  #keepSeat(own: SeatedCard | undefined): void {
    const { folder, card } = this.#seat
    quietly(() => {
      if (own && own.card.endedNs === undefined) touch(join(folder, cardName(card.run, own.revision)))
      else takeSeat({ ...this.#seat, card: this.#card, revision: (own?.revision ?? -1) + 1 })
    })
  }

  #isSeen({ pidNamespace }: RankCard): boolean {
    return pidNamespace === this.#seat.card.pidNamespace
  }

  /** Several runs of one process are one rank: they see the same process tree. */
  #isOwnProcess(other: RankCard): boolean {
    const { pid, startTicks } = this.#seat.card
    return this.#isSeen(other) && other.pid === pid && other.startTicks === startTicks
  }

  /** By its process, or where that is of another container, by its signs of life. */
  #lives(other: RankCard, revision: number): boolean {
    const { folder, procRoot } = this.#seat
    return this.#isSeen(other)
      ? isAlive(other, procRoot)
      : silentMs(join(folder, cardName(other.run, revision))) < SILENT_MS
  }

  /** Looked up once: who started a process never changes, but for its adoption later on. */
  #isNested(other: RankCard): boolean {
    const { procRoot, card } = this.#seat
    const known = this.#nested.get(other.run)
    if (known !== undefined) return known
    const isNested = this.#isSeen(other) && isBelow(other.pid, card.pid, procRoot)
    this.#nested.set(other.run, isNested)
    return isNested
  }

  /** Whether this rank is the owner; it becomes one where there is none that lives. */
  #holdOffice(cards: ReadonlyMap<string, SeatedCard>): boolean {
    const { folder, card } = this.#seat
    const path = join(folder, OWNER_FILE)
    const owner = readOwner(folder)
    if (owner === card.run) {
      quietly(() => touch(path))
      return true
    }
    if (owner !== undefined) {
      const seat = cards.get(owner)
      const isPresent = seat && seat.card.endedNs === undefined && this.#lives(seat.card, seat.revision)
      if (isPresent && silentMs(path) < SILENT_MS) return false
    }
    // Two ranks may try at once: the last one stays, and the other sees that at its next beat.
    quietly(() => {
      writeFileSync(`${path}.${card.run}`, card.run, { mode: 0o600 })
      renameSync(`${path}.${card.run}`, path)
    })
    return readOwner(folder) === card.run
  }

  #entry(owns: boolean, others: readonly RankCard[]): RanksEntry | undefined {
    const { card } = this.#seat
    const began = BigInt(card.beganNs)
    const since = (time: string): number => Number(BigInt(time) - began)
    const entry: RanksEntry = {
      type: 'ranks',
      t: Math.max(0, Number(this.#clockNs() - began)),
      owner: owns,
      others: others
        // Who left before this run began shares nothing with it.
        .filter(({ endedNs }) => endedNs === undefined || since(endedNs) > 0)
        .map(other => ({
          from: Math.max(0, since(other.joinedNs)),
          ...(other.endedNs !== undefined && { to: since(other.endedNs) }),
          boards: other.boards,
          scope: other.scope,
          staticPolicy: other.staticPolicy,
          ...(this.#isNested(other) && { nested: true }),
        }))
        .sort((a, b) => a.from - b.from),
    }
    const { t: _, ...news } = entry
    const text = JSON.stringify(news)
    if (text === this.#written) return undefined
    this.#written = text
    return entry
  }

  /** A last look, then leaves its seat; the last one clears the folder away. */
  leave(): RanksEntry | undefined {
    const { folder, card } = this.#seat
    const entry = this.#look()
    this.#replaceCard({ ...this.#card, endedNs: String(this.#clockNs()) })
    if (readOwner(folder) === card.run) quietly(() => unlinkSync(join(folder, OWNER_FILE)))
    const cards = [...readCards(folder, this.#known)]
    if (cards.every(([, { card: other }]) => other.endedNs !== undefined)) {
      for (const [run, { revision }] of cards)
        quietly(() => unlinkSync(join(folder, cardName(run, revision))))
      // Fails where a new rank has just sat down, as it should.
      quietly(() => rmdirSync(folder))
    }
    return entry
  }
}
