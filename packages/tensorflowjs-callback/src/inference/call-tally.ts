/** Counts calls, the units they served and the time in which any was under way. Of constant size. */
export class CallTally {
  readonly #now: () => number
  calls = 0
  failedCalls = 0
  units = 0
  #underWay = 0
  #busyMs = 0
  #since = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  begin(): void {
    if (this.#underWay === 0) this.#since = this.#now()
    this.#underWay++
    this.calls++
  }

  /** @param units What the call served; not a finite number: unknown, and left out. */
  end(units: number): void {
    if (Number.isFinite(units) && units > 0) this.units += units
    this.#leave()
  }

  fail(): void {
    this.failedCalls++
    this.#leave()
  }

  #leave(): void {
    this.#underWay--
    if (this.#underWay === 0) this.#busyMs += this.#now() - this.#since
  }

  /** Calls at the same time count once. */
  busySeconds(): number {
    const current = this.#underWay > 0 ? this.#now() - this.#since : 0
    return (this.#busyMs + current) / 1000
  }
}
