import { WandbError } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'
import type { BodyOf } from '../record/record-body.js'
import { isJsonObject } from './json-friendly.js'
import type { SummaryKinds } from './metric-summary.js'

/** Options of `run.defineMetric`. */
export interface MetricOptions {
  /** The metric that is this metric's x-axis. */
  stepMetric?: string
  /** Adds the step metric's latest value to rows that lack it; default true if there is a step metric. */
  stepSync?: boolean
  hidden?: boolean
  /** What the summary holds, one or several separated by commas: min, max, mean, last, first, none. */
  summary?: string
  /** Whether small or large values are good: `min` or `max`. */
  goal?: 'min' | 'max' | 'minimize' | 'maximize'
  /** Replaces an earlier definition instead of adding to it. */
  overwrite?: boolean
}

type MetricBody = BodyOf<'metric'>

const SUMMARIES = ['min', 'max', 'mean', 'last', 'first', 'none', 'best', 'copy'] as const
const GOALS = { min: 1, max: 2 } as const

/**
 * The record of a definition.
 *
 * @throws {WandbError} `USAGE` for an empty name, a `*` that is not the last character, or an unknown summary or goal.
 */
export const metricRecordOf = (name: string, options: MetricOptions = {}): MetricBody => {
  if (typeof name !== 'string' || name === '' || name.slice(0, -1).includes('*')) {
    throw new WandbError(
      'USAGE',
      `defineMetric: name is ${JSON.stringify(name)}; accepted: a metric's name, or the beginning of names followed by "*".`,
    )
  }
  const { stepMetric, stepSync = stepMetric !== undefined, hidden, summary, goal, overwrite } = options
  const kinds = (summary ?? '').split(',').flatMap(kind => kind.trim().toLowerCase() || [])
  for (const kind of kinds) {
    if (!(SUMMARIES as readonly string[]).includes(kind)) {
      throw new WandbError('USAGE', `defineMetric: summary has "${kind}"; accepted: ${SUMMARIES.join(', ')}.`)
    }
  }
  const direction = goal?.slice(0, 3).toLowerCase()
  if (direction !== undefined && direction !== 'min' && direction !== 'max') {
    throw new WandbError('USAGE', `defineMetric: goal is ${JSON.stringify(goal)}; accepted: min, max.`)
  }
  return {
    ...(name.endsWith('*') ? { globName: name } : { name }),
    ...(stepMetric ? { stepMetric } : {}),
    options: { defined: true, ...(stepSync ? { stepSync } : {}), ...(hidden ? { hidden } : {}) },
    ...(kinds.length > 0 ? { summary: Object.fromEntries(kinds.map(kind => [kind, true])) } : {}),
    ...(direction ? { goal: GOALS[direction] } : {}),
    ...(overwrite ? { metricControl: { overwrite } } : {}),
  }
}

export interface MetricDefinition {
  readonly stepMetric: string
  readonly stepSync: boolean
  readonly hidden: boolean
  /** Defined by hand rather than by a glob or as a step metric. */
  readonly defined: boolean
  readonly summary: SummaryKinds
  readonly goal: number
}

const EMPTY: MetricDefinition = {
  stepMetric: '',
  stepSync: false,
  hidden: false,
  defined: false,
  summary: {},
  goal: 0,
}

const KINDS = ['min', 'max', 'mean', 'last', 'first'] as const

const refine = (before: MetricDefinition, record: MetricBody): MetricDefinition => {
  const summary = record.summary
  const kinds = { ...before.summary }
  for (const kind of KINDS) if (summary?.[kind]) kinds[kind] = true
  if (summary) kinds.none = summary.none ?? false
  return {
    stepMetric: record.stepMetric || before.stepMetric,
    stepSync: before.stepSync || (record.options?.stepSync ?? false),
    hidden: before.hidden || (record.options?.hidden ?? false),
    defined: before.defined || (record.name ? (record.options?.defined ?? false) : false),
    summary: kinds,
    goal: record.goal || before.goal,
  }
}

/** A metric's name as the path of its value: dots part, unless written `\.`. */
export const metricPath = (name: string): string[] =>
  name.split(/(?<!\\)\./).map(label => label.replaceAll('\\.', '.'))

/** What `defineMetric` said, and what follows from it for a row of the history. */
export class MetricDefinitions {
  readonly #metrics = new Map<string, MetricDefinition>()
  readonly #globs = new Map<string, MetricDefinition>()
  /** Globs of which at least one metric came; the others stand for themselves. */
  readonly #expanded = new Set<string>()
  /** Latest value of every metric that is some metric's x-axis. */
  readonly #latestSteps = new Map<string, number>()

  /** All definitions, without the globs. */
  get metrics(): ReadonlyMap<string, MetricDefinition> {
    return this.#metrics
  }

  /** Globs that no metric came of, here or in the client whose records these are. */
  get openGlobs(): [glob: string, definition: MetricDefinition][] {
    return [...this.#globs].filter(([glob]) => !this.#expanded.has(glob))
  }

  /** Takes a definition; answers it as it stands now, unless it was a glob's. */
  define(record: MetricBody): MetricDefinition | undefined {
    if (record.stepMetric && !this.#latestSteps.has(record.stepMetric))
      this.#latestSteps.set(record.stepMetric, 0)
    const [into, name] = record.name ? [this.#metrics, record.name] : [this.#globs, record.globName ?? '']
    if (name === '') return undefined
    const before = record.metricControl?.overwrite ? EMPTY : (into.get(name) ?? EMPTY)
    const refined = refine(before, record)
    into.set(name, refined)
    if (record.expandedFromGlob) {
      for (const glob of this.#globs.keys()) if (name.startsWith(glob.slice(0, -1))) this.#expanded.add(glob)
    }
    return into === this.#metrics ? refined : undefined
  }

  /** True if nothing was ever defined, and rows need no looking at. */
  get isEmpty(): boolean {
    return this.#metrics.size === 0 && this.#globs.size === 0
  }

  /**
   * Looks at a row before it is written: definitions that globs make for its metrics, as records still to be taken by
   * `define`, and the step metrics to add.
   */
  inspect(row: { readonly [key: string]: JsonValue }): { defined: MetricBody[]; steps: Map<string, number> } {
    for (const step of this.#latestSteps.keys()) {
      const value = valueAt(row, step)
      if (typeof value === 'number') this.#latestSteps.set(step, value)
    }
    const defined: MetricBody[] = []
    const steps = new Map<string, number>()
    for (const name of leafNames(row)) {
      let metric = this.#metrics.get(name)
      if (!metric && !name.startsWith('_')) {
        metric = this.#matchGlob(name)
        if (metric) defined.push(recordOf(name, metric))
      }
      if (!metric?.stepSync || !metric.stepMetric) continue
      if (valueAt(row, metric.stepMetric) === undefined) {
        steps.set(metric.stepMetric, this.#latestSteps.get(metric.stepMetric) ?? 0)
      }
    }
    return { defined, steps }
  }

  #matchGlob(name: string): MetricDefinition | undefined {
    for (const [glob, metric] of this.#globs) if (name.startsWith(glob.slice(0, -1))) return metric
    return undefined
  }
}

const recordOf = (name: string, metric: MetricDefinition): MetricBody => ({
  name,
  stepMetric: metric.stepMetric,
  options: { stepSync: metric.stepSync, hidden: metric.hidden, defined: metric.defined },
  summary: { ...metric.summary },
  goal: metric.goal,
  metricControl: { overwrite: true },
  expandedFromGlob: true,
})

function* leafNames(row: { readonly [key: string]: JsonValue }, prefix = ''): Generator<string> {
  for (const [key, value] of Object.entries(row)) {
    if (isJsonObject(value)) yield* leafNames(value, `${prefix}${key}.`)
    else yield prefix + key
  }
}

const valueAt = (row: { readonly [key: string]: JsonValue }, name: string): JsonValue | undefined => {
  if (Object.hasOwn(row, name)) return row[name]
  let value: JsonValue | undefined = row as { [key: string]: JsonValue }
  for (const label of name.split('.'))
    value = isJsonObject(value) && Object.hasOwn(value, label) ? value[label] : undefined
  return value
}

/** The definitions as the list `m` of a run's config, where fields are named by number. */
export const metricsForConfig = (definitions: MetricDefinitions): JsonValue[] => {
  const { metrics } = definitions
  const list: { [key: string]: JsonValue }[] = []
  const indexes = new Map<string, number>()
  const fill = (entry: { [key: string]: JsonValue }, metric: MetricDefinition) => {
    // A step metric has an entry of its own and is named by its place, counted from 1.
    if (metric.stepMetric) entry[5] = add(metric.stepMetric, metrics.get(metric.stepMetric) ?? EMPTY) + 1
    entry[6] = numbersOf([metric.stepSync, metric.hidden, metric.defined])
    const { min, max, mean, last, none, first } = metric.summary
    entry[7] = numbersOf([min, max, mean, false, last, none, false, first])
    if (metric.goal) entry[8] = metric.goal
  }
  const add = (name: string, metric: MetricDefinition): number => {
    const known = indexes.get(name)
    if (known !== undefined) return known
    const index = list.length
    indexes.set(name, index)
    const entry: { [key: string]: JsonValue } = { 1: name }
    list.push(entry)
    fill(entry, metric)
    return index
  }
  for (const [name, metric] of metrics) add(name, metric)
  for (const [glob, metric] of definitions.openGlobs) {
    const entry: { [key: string]: JsonValue } = { 2: glob }
    list.push(entry)
    fill(entry, metric)
  }
  return list
}

/** Field numbers, from 1, of the flags that are set. */
const numbersOf = (flags: readonly (boolean | undefined)[]): number[] =>
  flags.flatMap((flag, index) => (flag ? [index + 1] : []))
