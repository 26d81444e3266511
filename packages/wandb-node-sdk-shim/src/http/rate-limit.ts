/** Weight of what was known before, when a new estimate comes. */
const SMOOTHING = 0.7
const MIN_PER_SECOND = 0.1
const MAX_PER_SECOND = 65_536

const number = (headers: Headers, name: string): number | undefined => {
  const value = headers.get(name)
  return value !== null && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined
}

/**
 * Keeps a sender within the quota that the server tells by `RateLimit-Remaining` (in units of its own) and
 * `RateLimit-Reset` (seconds): what is left is spread evenly over the time that is left, at the number of units that
 * a request was seen to cost.
 */
export class RateLimit {
  #requestsPerUnit = 1
  #perSecond = MAX_PER_SECOND
  #lastRemaining: number | undefined
  #requests = 0

  /** Takes the headers of an answer. */
  update(headers: Headers): void {
    this.#requests++
    const remaining = number(headers, 'ratelimit-remaining')
    const reset = number(headers, 'ratelimit-reset')
    // With a second or less to go nothing can be estimated.
    if (remaining === undefined || reset === undefined || reset <= 1) return
    const unitsPerSecond = Math.max(0, remaining) / reset
    const consumed = (this.#lastRemaining ?? remaining) - remaining
    // A quota that did not shrink allows more requests a unit than were thought.
    const estimate =
      consumed >= 1 ? this.#requests / consumed : MAX_PER_SECOND / Math.max(unitsPerSecond, 1e-9)
    if (this.#lastRemaining !== undefined) {
      this.#requestsPerUnit = SMOOTHING * this.#requestsPerUnit + (1 - SMOOTHING) * estimate
    }
    this.#lastRemaining = remaining
    this.#requests = 0
    this.#perSecond = Math.min(
      Math.max(unitsPerSecond * this.#requestsPerUnit, MIN_PER_SECOND),
      MAX_PER_SECOND,
    )
  }

  /** Seconds to leave between two requests. */
  get intervalSeconds(): number {
    return 1 / this.#perSecond
  }
}
