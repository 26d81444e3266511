import type { JsonValue } from '../json/extended-json.js'
import { jsonFriendly } from './json-friendly.js'
import type { SummaryTree } from './summary-tree.js'
import type { SummaryWriter } from './summary-writer.js'

/**
 * Results of the run: the latest of every metric, and what is set here by hand.
 *
 * @example
 * ```ts
 * const run = await init({ project: 'digits' })
 * run.summary.update({ bestAccuracy: 0.98 })
 * ```
 */
export class RunSummary {
  readonly #tree: SummaryTree
  readonly #writer: SummaryWriter

  constructor(tree: SummaryTree, writer: SummaryWriter) {
    this.#tree = tree
    this.#writer = writer
  }

  /** Sets several values. A value stands until the metric of that name is logged again. */
  update(values: object): void {
    const update = Object.entries(values).flatMap(([key, raw]) => {
      const value = jsonFriendly(raw)
      return value === undefined ? [] : [this.#tree.set(key, value)]
    })
    if (update.length > 0) this.#writer.put({ update })
  }

  set(key: string, value: unknown): void {
    this.update({ [key]: value })
  }

  get(key: string): JsonValue | undefined {
    return this.#tree.get(key)
  }

  delete(key: string): void {
    this.#tree.remove(key)
    this.#writer.put({ remove: [{ key }] })
  }

  toJSON(): { [key: string]: JsonValue } {
    return this.#tree.toJSON()
  }
}
