import { platform } from '#platform'
import type { JsonItem, RecordBody } from '../record/record-body.js'

/** Rows may come by the ten thousand a second; the summary on disk need not be newer than this. */
const INTERVAL_MS = 100

/** Puts changes of the summary into the record stream, those of rows that follow each other closely together. */
export class SummaryWriter {
  readonly #write: (body: RecordBody) => void
  readonly #staged = new Map<string, JsonItem>()
  #lastMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(write: (body: RecordBody) => void) {
    this.#write = write
  }

  /** Takes the changes that a row makes. */
  stage(items: readonly JsonItem[]): void {
    for (const item of items) this.#staged.set(item.key, item)
    if (performance.now() - this.#lastMs >= INTERVAL_MS) this.flush()
    else this.#timer ??= platform.background(setTimeout(() => this.flush(), INTERVAL_MS))
  }

  /** Writes a change made by hand, after all that was logged before it. */
  put(change: Extract<RecordBody, { case: 'summary' }>['value']): void {
    this.flush()
    this.#write({ case: 'summary', value: change })
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#staged.size === 0) return
    this.#lastMs = performance.now()
    this.#write({ case: 'summary', value: { update: [...this.#staged.values()] } })
    this.#staged.clear()
  }
}
