import { uptime } from 'node:os'
import type { ClockEntry } from '../journal/entry.js'
import type { RunClock } from './sampler.js'

/** Less than this may be a clock that is being disciplined, or an uptime told in whole seconds. */
const NOTABLE_MS = 2000
/** A look at several clocks that took longer is of no one instant. */
const ONE_INSTANT_MS = 100

/** Clocks beside that of the run, which neither counts sleep (Linux, macOS) nor can be set. */
export interface OtherClocks {
  /** That of the calendar: somebody may set it. Milliseconds. */
  readonly wallMs: () => number
  /** Time since the machine booted, sleep included: nobody can set it. Milliseconds. */
  readonly uptimeMs: () => number
}

export const OTHER_CLOCKS: OtherClocks = { wallMs: () => Date.now(), uptimeMs: () => uptime() * 1000 }

/** What it means that other clocks went ahead of the run's by so much; zeros for nothing of note. */
export const clockChange = (
  wallGainMs: number,
  uptimeGainMs: number,
): Pick<ClockEntry, 'sleptMs' | 'steppedMs'> => {
  const sleptMs = uptimeGainMs < NOTABLE_MS / 2 ? 0 : uptimeGainMs
  const steppedMs = wallGainMs - sleptMs
  if (Math.abs(steppedMs) >= NOTABLE_MS) {
    return { sleptMs: Math.round(sleptMs), steppedMs: Math.round(steppedMs) }
  }
  // Of a sleep alone the wall clock knows the length better.
  return { sleptMs: sleptMs === 0 ? 0 : Math.round(wallGainMs), steppedMs: 0 }
}

/** Notices that the machine slept, or that its clock was set, by looking at its clocks in every round. */
export class ClockWatch {
  readonly #clock: RunClock
  readonly #others: OtherClocks
  #wallAheadMs: number
  #uptimeAheadMs: number

  constructor(clock: RunClock, others: OtherClocks = OTHER_CLOCKS) {
    this.#clock = clock
    this.#others = others
    this.#wallAheadMs = others.wallMs() - clock() / 1e6
    this.#uptimeAheadMs = others.uptimeMs() - clock() / 1e6
  }

  /** What happened since the last time something did. */
  look(): ClockEntry | undefined {
    const t = this.#clock()
    const wallAheadMs = this.#others.wallMs() - t / 1e6
    if (Math.abs(wallAheadMs - this.#wallAheadMs) < NOTABLE_MS) return undefined
    const uptimeAheadMs = this.#others.uptimeMs() - t / 1e6
    if (this.#clock() - t > ONE_INSTANT_MS * 1e6) return undefined
    const change = clockChange(wallAheadMs - this.#wallAheadMs, uptimeAheadMs - this.#uptimeAheadMs)
    this.#wallAheadMs = wallAheadMs
    this.#uptimeAheadMs = uptimeAheadMs
    return { type: 'clock', t, ...change }
  }
}
