import { type JsonValue, stringifyExtended } from '../json/extended-json.js'
import type { JsonItem } from '../record/record-body.js'
import { isJsonObject } from './json-friendly.js'
import { MetricSummary, type SummaryKinds } from './metric-summary.js'

type Branch = Map<string, MetricSummary | Branch>

/**
 * The summary of a run: for each metric the latest value, or what `defineMetric` asked for. Changes come out as whole
 * top-level keys, because the older of W&B's two sync programs merges summaries no deeper than that.
 */
export class SummaryTree {
  readonly #root: Branch = new Map()

  /** Asks for other figures than the latest value at `path`. */
  configure(path: readonly string[], kinds: SummaryKinds): void {
    let branch = this.#root
    for (const label of path.slice(0, -1)) {
      const next = branch.get(label)
      if (next instanceof Map) branch = next
      else {
        const created: Branch = new Map()
        branch.set(label, created)
        branch = created
      }
    }
    leafOf(branch, path.at(-1)!).configure(kinds)
  }

  /** Takes a row of the history, each key with its value and that value as text. */
  update(row: Iterable<readonly [key: string, value: JsonValue, text: string]>): JsonItem[] {
    const items: JsonItem[] = []
    for (const [key, value, text] of row) {
      // To W&B a row without a value says nothing about the summary.
      if (value === null) continue
      if (isJsonObject(value)) {
        updateBranch(branchOf(this.#root, key), value)
        items.push({ key, valueJson: stringifyExtended(summaryOf(this.#root.get(key)!) ?? {}) })
        continue
      }
      const leaf = leafOf(this.#root, key)
      leaf.update(value)
      if (leaf.isLatest) items.push({ key, valueJson: text })
      else {
        const summary = leaf.value()
        if (summary !== undefined) items.push({ key, valueJson: stringifyExtended(summary) })
      }
    }
    return items
  }

  /** Sets a value by hand. It stands until the metric is logged again. */
  set(key: string, value: JsonValue): JsonItem {
    const leaf = leafOf(this.#root, key)
    leaf.set(value)
    return { key, valueJson: stringifyExtended(value) }
  }

  remove(key: string): void {
    const found = this.#root.get(key)
    if (found instanceof MetricSummary) found.set(undefined)
    else this.#root.delete(key)
  }

  get(key: string): JsonValue | undefined {
    const found = this.#root.get(key)
    return found && summaryOf(found)
  }

  toJSON(): { [key: string]: JsonValue } {
    return (summaryOf(this.#root) as { [key: string]: JsonValue } | undefined) ?? {}
  }
}

const leafOf = (branch: Branch, label: string): MetricSummary => {
  const found = branch.get(label)
  if (found instanceof MetricSummary) return found
  const leaf = new MetricSummary()
  branch.set(label, leaf)
  return leaf
}

const branchOf = (branch: Branch, label: string): Branch => {
  const found = branch.get(label)
  if (found instanceof Map) return found
  const created: Branch = new Map()
  branch.set(label, created)
  return created
}

const updateBranch = (branch: Branch, values: { [key: string]: JsonValue }): void => {
  for (const [label, value] of Object.entries(values)) {
    if (value === null) continue
    if (isJsonObject(value)) updateBranch(branchOf(branch, label), value)
    else leafOf(branch, label).update(value)
  }
}

const summaryOf = (node: MetricSummary | Branch): JsonValue | undefined => {
  if (node instanceof MetricSummary) return node.value()
  const entries: [string, JsonValue][] = []
  for (const [label, child] of node) {
    const value = summaryOf(child)
    if (value !== undefined) entries.push([label, value])
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
