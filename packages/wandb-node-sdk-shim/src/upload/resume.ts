import { WandbError } from '../errors.js'
import { RUN_RESUME_STATUS } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import { type JsonValue, parseExtended } from '../json/extended-json.js'

/** What the server knows of a run that is to be continued. */
export interface KnownRun {
  readonly storageId: string
  readonly displayName: string
  /** The config, unwrapped, without W&B's own part. */
  readonly config: [string, JsonValue][]
  readonly summary: { readonly [key: string]: JsonValue }
  readonly offsets: { readonly history: number; readonly events: number }
  /** Step of the last row, if there is one. */
  readonly lastStep: number | undefined
  /** Time of the last row of machine measurements, in seconds since 1970. */
  readonly lastEventSeconds: number | undefined
  readonly runtimeSeconds: number
  readonly tags: readonly string[]
  readonly notes: string
  /** Names of the processes that have written to the run. */
  readonly writers: ReadonlySet<string>
}

const object = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

const parsed = (text: JsonValue | undefined): JsonValue => {
  if (typeof text !== 'string' || !text) return null
  try {
    return parseExtended(text)
  } catch (cause) {
    throw new WandbError(
      'COMMUNICATION',
      'RunResumeStatus: what the server keeps of the run is not JSON, so the run cannot be continued; take another id.',
      { cause },
    )
  }
}

/** The last row of a `historyTail` or `eventsTail`: a JSON list of rows, each JSON again. */
const lastRow = (tail: JsonValue | undefined): JsonObject => {
  const rows = parsed(tail)
  return Array.isArray(rows) && rows.length > 0 ? object(parsed(rows.at(-1))) : {}
}

const count = (value: JsonValue | undefined): number => {
  if (typeof value === 'number') return value
  throw new WandbError('COMMUNICATION', 'RunResumeStatus: the server does not say how many rows it has.')
}

const seconds = (...values: (JsonValue | undefined)[]): number =>
  Math.max(0, ...values.map(value => (typeof value === 'number' ? value : 0)))

/** W&B's own sync files an environment under a name of its own; the writer's is still inside. */
const writersOf = (environments: JsonObject): string[] =>
  Object.entries(environments).flatMap(([key, environment]) => [key, String(object(environment).writerId)])

/** Asks the server for a run; undefined if it has none of that id, or none that ever began. */
export const findRun = async (
  client: WandbClient,
  run: { readonly project: string; readonly entity: string; readonly id: string },
  signal: AbortSignal,
): Promise<KnownRun | undefined> => {
  const variables = { project: run.project, entity: run.entity || null, name: run.id }
  const data = await client.query(RUN_RESUME_STATUS, variables, signal)
  const bucket = object(data.model).bucket
  // `t` is written by every client at the start; without it the run was only announced.
  if (!bucket || !('t' in object(parsed(object(bucket).wandbConfig)))) return undefined
  const found = object(bucket)
  const summary = object(parsed(found.summaryMetrics))
  const row = lastRow(found.historyTail)
  const event = lastRow(found.eventsTail)
  const config = object(parsed(found.config))
  const lastStep = row._step ?? summary._step
  return {
    storageId: String(found.id),
    displayName: typeof found.displayName === 'string' ? found.displayName : '',
    config: Object.entries(config)
      .filter(([key]) => key !== '_wandb')
      .map(([key, wrapped]) => [key, object(wrapped).value ?? null]),
    summary,
    offsets: { history: count(found.historyLineCount), events: count(found.eventsLineCount) },
    lastStep: typeof lastStep === 'number' ? lastStep : undefined,
    lastEventSeconds: typeof event._timestamp === 'number' ? event._timestamp : undefined,
    runtimeSeconds: seconds(object(summary._wandb).runtime, summary._runtime, row._runtime, event._runtime),
    tags: Array.isArray(found.tags) ? found.tags.map(String) : [],
    notes: typeof found.notes === 'string' ? found.notes : '',
    writers: new Set(writersOf(object(object(object(config._wandb).value).e))),
  }
}
