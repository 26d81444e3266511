import { create, type MessageInitShape, mergeFromBinary, toBinary, toJson } from '@bufbuild/protobuf'
import { type JsonValue, parseExtended, stringifyExtended } from '../json/extended-json.js'
import type { BodyOf } from '../record/record-body.js'
import { EnvironmentRecordSchema, TelemetryRecordSchema } from '../record/wandb_pb.gen.js'
import { MetricDefinitions, metricsForConfig } from '../run/metric-definitions.js'
import { JsonTree } from './json-tree.js'

type JsonObject = { [key: string]: JsonValue }

/** Field numbers of the features that are set, in the form of a config's `t`. */
const featureNumbers = ({ resumed, metric }: { resumed: boolean; metric: boolean }): number[] => [
  ...(resumed ? [5] : []),
  ...(metric ? [7] : []),
]

/** What a run's records add up to: its config, with what W&B keeps beside it, and its summary. */
export class RunState {
  readonly #config = new JsonTree()
  readonly #definitions = new MetricDefinitions()
  readonly #telemetry = create(TelemetryRecordSchema)
  readonly #environments = new Map<string, JsonObject>()
  readonly summary = new JsonTree()

  takeConfig({ update = [], remove = [] }: BodyOf<'config'>): void {
    for (const item of update) this.#config.set(item)
    for (const item of remove) this.#config.remove(item)
  }

  takeSummary({ update = [], remove = [] }: BodyOf<'summary'>): void {
    for (const item of update) this.summary.set(item)
    for (const item of remove) this.summary.remove(item)
  }

  takeMetric(record: BodyOf<'metric'>): void {
    this.#definitions.define(record)
    if (record.options?.defined) this.takeTelemetry({ feature: { metric: true } })
  }

  takeTelemetry(record: MessageInitShape<typeof TelemetryRecordSchema>): void {
    mergeFromBinary(
      TelemetryRecordSchema,
      this.#telemetry,
      toBinary(TelemetryRecordSchema, create(TelemetryRecordSchema, record)),
    )
  }

  takeEnvironment(record: BodyOf<'environment'>): void {
    const json = toJson(EnvironmentRecordSchema, create(EnvironmentRecordSchema, record)) as JsonObject
    const writer = record.writerId ?? ''
    this.#environments.set(writer, { ...this.#environments.get(writer), ...json })
  }

  /** The machine and the program, as the file `wandb-metadata.json`. */
  metadata(): JsonObject {
    return Object.assign({}, ...this.#environments.values()) as JsonObject
  }

  /** Each config key wrapped as `{"value": ...}`, and W&B's own knowledge of the run under `_wandb`. */
  config(): [key: string, json: string][] {
    const own = [...this.#config.entries()].find(([key]) => key === '_wandb')?.[1]
    const parsed = own === undefined ? {} : (parseExtended(own) as JsonObject)
    const wandb = stringifyExtended({ ...parsed, ...this.#wandb() })
    const others = [...this.#config.entries()].filter(([key]) => key !== '_wandb')
    return [...others, ['_wandb', wandb] as const].map(([key, json]) => [key, `{"value":${json}}`])
  }

  configJson(): string {
    return `{${this.config()
      .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
      .join(',')}}`
  }

  #wandb(): JsonObject {
    const { label, platform, feature } = this.#telemetry
    const t: JsonObject = {}
    if (feature) t[3] = featureNumbers(feature)
    if (label) {
      const entries = [label.codeString, label.repoString, label.codeVersion].map((text, index) => [
        index + 1,
        text,
      ])
      t[9] = Object.fromEntries(entries.filter(([, text]) => text !== '')) as JsonObject
    }
    if (platform) t[13] = platform
    const m = metricsForConfig(this.#definitions)
    return {
      t,
      ...(m.length > 0 ? { m } : {}),
      ...(this.#environments.size > 0 ? { e: Object.fromEntries(this.#environments) } : {}),
    }
  }
}
