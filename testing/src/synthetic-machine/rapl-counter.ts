import { PowerHistory } from './power-history.js'

const FEMTOJOULES_PER_JOULE = 10n ** 15n
/** The register has 32 bits. */
const MODULUS = 2n ** 32n

/**
 * A RAPL register and the file that Linux makes of it. The register counts units of 2^-14 J (Intel client and server
 * packages) or 2^-16 J (AMD, server memory); the kernel multiplies by the unit rounded down to whole nanojoules and
 * drops the rest below a microjoule.
 */
export class RaplCounter {
  readonly history: PowerHistory
  readonly #unitExponent: bigint
  /** Nanojoules for one unit, as the kernel rounds it: 61035 or 15258. */
  readonly #unitNanojoules: bigint
  #offset: bigint
  /** Where the register was set anew: what lies before cannot be seen from after. */
  readonly #resets: bigint[] = []

  constructor(watts: number, unitExponent: 14 | 16, startTicks: bigint) {
    this.history = new PowerHistory(watts)
    this.#unitExponent = BigInt(unitExponent)
    this.#unitNanojoules = (10n ** 9n) >> this.#unitExponent
    this.#offset = startTicks
  }

  #ticks(time: bigint): bigint {
    return (this.history.femtojoules(time) << this.#unitExponent) / FEMTOJOULES_PER_JOULE + this.#offset
  }

  #toMicrojoules(ticks: bigint): bigint {
    return (ticks * this.#unitNanojoules) / 1000n
  }

  /** What `max_energy_range_uj` says. */
  get rangeMicrojoules(): bigint {
    return this.#toMicrojoules(MODULUS - 1n)
  }

  /** What `energy_uj` says at `time`, which must not lie before the last reset. */
  microjoules(time: bigint): bigint {
    return this.#toMicrojoules(this.#ticks(time) % MODULUS)
  }

  /** Suspend and driver reloads set the register to 0. */
  reset(time: bigint): void {
    this.#offset -= this.#ticks(time)
    this.#resets.push(time)
  }

  /** Difference of two readings of the file, wraps put back; undefined when the register was reset after the first. */
  visibleMicrojoules(from: bigint, to: bigint): bigint | undefined {
    if (this.#resets.some(time => time > from)) return undefined
    const wraps = this.#ticks(to) / MODULUS - this.#ticks(from) / MODULUS
    return this.microjoules(to) - this.microjoules(from) + wraps * this.rangeMicrojoules
  }
}
