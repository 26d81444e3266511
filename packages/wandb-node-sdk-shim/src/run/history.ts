import { type JsonValue, stringifyExtended } from '../json/extended-json.js'
import type { JsonItem, RecordBody } from '../record/record-body.js'
import { isJsonObject, mergeJson } from './json-friendly.js'
import { type MetricDefinitions, metricPath } from './metric-definitions.js'
import type { SummaryTree } from './summary-tree.js'
import type { SummaryWriter } from './summary-writer.js'

type Row = { [key: string]: JsonValue }

export interface HistoryOptions {
  readonly definitions: MetricDefinitions
  readonly summary: SummaryTree
  readonly summaryWriter: SummaryWriter
  readonly write: (body: RecordBody) => void
  /** Seconds since the run began, with what ran before a resume, for a row of that `_timestamp`. */
  readonly runtimeSeconds: (timestamp: JsonValue | undefined) => number
  /** Seconds since 1970. */
  readonly nowSeconds: () => number
  readonly warn: (message: string, topic?: string) => void
  readonly startingStep?: number
}

/**
 * The rows of a run. Values collect in the current step until it is committed; then the step's row goes out, with its
 * step, runtime and time, and with what it does to the summary.
 */
export class History {
  readonly #options: HistoryOptions
  #row: Row = {}
  #isEmpty = true
  #step: number
  #summarizedSecond = -1

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#step = options.startingStep ?? 0
  }

  /** The step that the next `log` without a step adds to. */
  get step(): number {
    return this.#step
  }

  /**
   * W&B's rules: a step above the current one commits the row so far, the current one adds to it, one below is dropped
   * with a warning. Without `commit`, a row is committed at once unless a step was given.
   */
  log(data: Row, { step, commit }: { step?: number; commit?: boolean } = {}): void {
    if (step !== undefined) {
      if (step > this.#step) this.#commit(step)
      else if (step < this.#step) {
        this.#options.warn(
          `Values logged at step ${step} are dropped: the run is at step ${this.#step}, and steps only grow. ` +
            'To log out of order, give the metric its own x-axis by defineMetric.',
          'step-below-current',
        )
        return
      }
    }
    for (const key of Object.keys(data)) {
      if (key === '_step') continue
      const value = data[key]!
      this.#row[key] = isJsonObject(value) ? mergeJson(this.#row[key], value) : value
      this.#isEmpty = false
    }
    if (data._timestamp === undefined) this.#row._timestamp = this.#options.nowSeconds()
    if (commit ?? step === undefined) this.#commit(this.#step + 1)
  }

  /** Writes the row that is still open, if any. */
  flush(): void {
    this.#commit(this.#step + 1)
  }

  #commit(nextStep: number): void {
    if (this.#isEmpty) {
      this.#step = nextStep
      return
    }
    const { definitions, summary, summaryWriter, write, runtimeSeconds } = this.#options
    const row = this.#row
    row._runtime = runtimeSeconds(row._timestamp)
    row._step = this.#step
    if (!definitions.isEmpty) this.#applyDefinitions(row)

    const cells: [key: string, value: JsonValue, text: string][] = []
    const item: JsonItem[] = []
    for (const key of Object.keys(row)) {
      const value = row[key]!
      const valueJson = stringifyExtended(value)
      cells.push([key, value, valueJson])
      item.push({ key, valueJson })
    }
    const update = summary.update(cells)
    const second = Math.floor(row._runtime)
    if (second !== this.#summarizedSecond) {
      this.#summarizedSecond = second
      update.push(summary.set('_wandb', { runtime: second }))
    }
    write({ case: 'history', value: { item, step: { num: BigInt(this.#step) } } })
    summaryWriter.stage(update)
    this.#row = {}
    this.#isEmpty = true
    this.#step = nextStep
  }

  #applyDefinitions(row: Row): void {
    const { definitions, summary, write } = this.#options
    const { defined, steps } = definitions.inspect(row)
    for (const record of defined) {
      const metric = definitions.define(record)
      if (metric) summary.configure(metricPath(record.name!), metric.summary)
      write({ case: 'metric', value: record })
    }
    for (const [name, value] of steps) row[name] = value
  }
}
