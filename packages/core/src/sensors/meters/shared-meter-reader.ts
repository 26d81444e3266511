import type { ReadingEntry } from '../../journal/entry.js'
import { JournalTail } from '../../journal/journal-tail.js'
import type { RankCard } from '../../ranks/rank-card.js'
import { type RankSeat, readCards, readOwner } from '../../ranks/rank-seat.js'
import type { RunClock } from '../../sampler/sampler.js'
import type { SensorSpec } from '../sensor.js'
import { type MeterReader, startMeterReader } from './meter-reader.js'

const STEP_MS = 500

/** An owner of whose meters nothing is heard for this long, or for three of their periods, is not waited for. */
const PATIENCE_MS = 10_000

interface Followed {
  readonly run: string
  readonly tail: JournalTail
  /** From the owner's times to ours. */
  readonly shiftNs: number
}

/**
 * Reads meters as one of several ranks: only the owner asks them, the others take over what it heard, with its times.
 * Asks by itself where the owner has other meters, or says nothing.
 */
export const startSharedMeterReader = (
  { folder, card }: RankSeat,
  specs: readonly SensorSpec[],
  clock: RunClock,
  write: (entry: ReadingEntry) => void,
): MeterReader => {
  const ids = new Set(specs.map(({ id }) => id))
  const patienceMs = Math.max(PATIENCE_MS, ...specs.map(({ updatePeriodMs }) => 3 * updatePeriodMs))
  const known = new Map<string, RankCard>()
  let reader: MeterReader | undefined
  let followed: Followed | undefined
  let heardAt = performance.now()
  /** By sensor: another owner's file holds what we have already. */
  const lastT = new Map<string, number>()
  const note = (entry: ReadingEntry): void => {
    lastT.set(entry.sensor, entry.t)
    write(entry)
  }

  /** The owner to follow, if it is another rank with the same meters that is heard of. */
  const ownerCard = (): RankCard | undefined => {
    const owner = readOwner(folder)
    if (owner === undefined || owner === card.run) return undefined
    const other = readCards(folder, known).get(owner)?.card
    const offered = new Set(other?.meters?.ids)
    return [...ids].every(id => offered.has(id)) ? other : undefined
  }

  const takeOver = ({ tail, shiftNs }: Followed): void => {
    for (const entry of tail.read()) {
      if (entry.type !== 'reading' || !ids.has(entry.sensor)) continue
      heardAt = performance.now()
      const t = entry.t + shiftNs
      if (t >= 0 && t > (lastT.get(entry.sensor) ?? -1)) note({ ...entry, t })
    }
  }

  const unfollow = (): void => {
    followed?.tail.close()
    followed = undefined
  }

  const poll = (): void => {
    unfollow()
    reader ??= startMeterReader(specs, clock, note)
  }

  const follow = ({ run, beganNs, meters }: RankCard): void => {
    if (followed?.run !== run) {
      unfollow()
      heardAt = performance.now()
      void reader?.stop(0)
      reader = undefined
      const shiftNs = Number(BigInt(beganNs) - BigInt(card.beganNs))
      followed = { run, tail: new JournalTail(meters!.path), shiftNs }
    }
    takeOver(followed)
  }

  let silentOwner: string | undefined
  const step = (): void => {
    const owner = ownerCard()
    if (!owner || owner.run === silentOwner) {
      poll()
      return
    }
    follow(owner)
    if (performance.now() - heardAt > patienceMs) {
      silentOwner = owner.run
      poll()
    }
  }
  step()
  const timer = setInterval(step, STEP_MS)
  timer.unref?.()

  return {
    stop: async timeoutMs => {
      clearInterval(timer)
      if (followed) takeOver(followed)
      unfollow()
      await reader?.stop(timeoutMs)
    },
  }
}
