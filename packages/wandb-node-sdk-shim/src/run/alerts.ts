import { WandbError } from '../errors.js'
import type { RecordBody } from '../record/record-body.js'

/** How urgent an alert is. */
export type AlertLevel = 'INFO' | 'WARN' | 'ERROR'

const LEVELS: readonly AlertLevel[] = ['INFO', 'WARN', 'ERROR']

/** A message to the run's followers, by e-mail or Slack as they have set. */
export interface AlertOptions {
  title: string
  text: string
  level?: AlertLevel
  /** Shortest time between two alerts of this title, in seconds; default 60. */
  waitSeconds?: number
}

/** Notifications of a run, no more often than each allows. */
export class Alerts {
  readonly #write: (body: RecordBody) => void
  readonly #lastMs = new Map<string, number>()

  constructor(write: (body: RecordBody) => void) {
    this.#write = write
  }

  /** @throws {WandbError} `USAGE` for an unknown level. */
  send({ title, text, level = 'INFO', waitSeconds = 60 }: AlertOptions): void {
    if (!LEVELS.includes(level)) {
      throw new WandbError(
        'USAGE',
        `alert: level is ${JSON.stringify(level)}; accepted: ${LEVELS.join(', ')}.`,
      )
    }
    const now = performance.now()
    if (now - (this.#lastMs.get(title) ?? Number.NEGATIVE_INFINITY) < waitSeconds * 1000) return
    this.#lastMs.set(title, now)
    const waitDuration = BigInt(Math.round(waitSeconds * 1000))
    this.#write({ case: 'alert', value: { title, text, level, waitDuration } })
  }
}
