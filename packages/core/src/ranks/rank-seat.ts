import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SensorSpec } from '../sensors/sensor.js'
import { cardName, parseCard, parseCardName, type RankCard } from './rank-card.js'

/** Plain data: it travels from the thread that joined to the one that stays in touch. */
export interface RankSeat {
  readonly folder: string
  readonly procRoot: string
  readonly card: RankCard
  readonly revision: number
}

/** The accelerators among sensors, as cards name them. */
export const boardsOf = (specs: readonly SensorSpec[]): string[] => [
  ...new Set(specs.filter(({ component }) => component === 'gpu').map(({ device }) => device)),
]

/** The owner's sign of life, and the name of its run. */
export const OWNER_FILE = 'owner'

/** What may fail because another rank was faster. */
export const quietly = (work: () => void): void => {
  try {
    work()
  } catch {
    // It is looked at again at the next beat.
  }
}

export const writeCard = (folder: string, card: RankCard, revision: number): void => {
  const path = join(folder, cardName(card.run, revision))
  // Under another name first: nobody reads half a card.
  writeFileSync(`${path}.part`, JSON.stringify(card), { mode: 0o600 })
  renameSync(`${path}.part`, path)
}

/** The run that owns the machine's sensors now; undefined while nobody does. */
export const readOwner = (folder: string): string | undefined => {
  try {
    return readFileSync(join(folder, OWNER_FILE), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** A card with the number of its replacements. */
export interface SeatedCard {
  readonly card: RankCard
  readonly revision: number
}

/** The latest card of each run of the job. `known` holds what was read before, by file. */
export const readCards = (folder: string, known: Map<string, RankCard>): Map<string, SeatedCard> => {
  const latest = new Map<string, SeatedCard>()
  let names: string[] = []
  quietly(() => {
    names = readdirSync(folder)
  })
  for (const name of names) {
    const parsed = parseCardName(name)
    if (!parsed || (latest.get(parsed.run)?.revision ?? -1) > parsed.revision) continue
    let card = known.get(name)
    if (!card) {
      quietly(() => {
        card = parseCard(readFileSync(join(folder, name), 'utf8'))
      })
      if (!card) continue
      known.set(name, card)
    }
    latest.set(parsed.run, { card, revision: parsed.revision })
  }
  return latest
}

/**
 * Takes a seat among the ranks of a job: from now on the others know of it. Comes before the first reading, so that no
 * time is booked of which they do not know.
 *
 * @throws the file system's error.
 */
export const takeSeat = (seat: RankSeat): void => {
  for (let attempt = 0; ; attempt++) {
    try {
      mkdirSync(seat.folder, { recursive: true, mode: 0o700 })
      writeCard(seat.folder, seat.card, seat.revision)
      quietly(() => writeFileSync(join(seat.folder, OWNER_FILE), seat.card.run, { flag: 'wx', mode: 0o600 }))
      return
    } catch (error) {
      // The last rank of an earlier job of this name may clear the folder away meanwhile.
      if (attempt === 2) throw error
    }
  }
}
