const NANOSECONDS = 1e9

/** Seconds of the virtual clock as whole nanoseconds. */
export const toNanoseconds = (seconds: number): bigint => BigInt(Math.round(seconds * NANOSECONDS))

/** Index of the last element that is not above `value`, in an ascending list whose first element is not. */
const lastNotAbove = (ascending: readonly bigint[], value: bigint): number => {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ascending[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Power as a function of time that is constant between changes, and its exact integral: microwatts times
 * nanoseconds are femtojoules, all three integers.
 */
export class PowerHistory {
  readonly #times: bigint[] = [0n]
  readonly #microwatts: bigint[]
  /** Energy up to the beginning of each piece. */
  readonly #femtojoules: bigint[] = [0n]

  constructor(watts: number) {
    this.#microwatts = [toMicrowatts(watts)]
  }

  /** From `time` on the power is `watts`. Times must not go back. */
  set(time: bigint, watts: number): void {
    const microwatts = toMicrowatts(watts)
    const last = this.#times.length - 1
    if (time < this.#times[last]!) throw new RangeError('Power can only be changed from now on.')
    if (time === this.#times[last]) {
      this.#microwatts[last] = microwatts
      return
    }
    const energy = this.femtojoules(time)
    this.#times.push(time)
    this.#microwatts.push(microwatts)
    this.#femtojoules.push(energy)
  }

  /** Energy from the beginning to `time`. */
  femtojoules(time: bigint): bigint {
    const piece = lastNotAbove(this.#times, time)
    return this.#femtojoules[piece]! + this.#microwatts[piece]! * (time - this.#times[piece]!)
  }
}

const toMicrowatts = (watts: number): bigint => {
  if (!(watts >= 0 && watts < 1e6)) throw new RangeError(`Power must be 0 to 1e6 W, not ${watts}.`)
  return BigInt(Math.round(watts * 1e6))
}
