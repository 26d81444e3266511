import { lookUpArtifact } from '../artifact/remote-artifact.js'
import { WandbError } from '../errors.js'
import { HISTORY_PAGE, RUNS } from '../graphql/operations.js'
import { createClient, type JsonObject, type WandbClient } from '../http/wandb-client.js'
import { type JsonValue, parseExtended } from '../json/extended-json.js'
import { findApiKey, loadSettings } from '../settings/node-settings.js'
import { appUrlOf, type Settings, type SettingsInput } from '../settings/settings.js'
import type { RemoteRun } from './remote-run.js'

/** Which runs of a project are read. */
export interface ReadRunsOptions {
  /** Which runs, in the server's language: `{ state: 'finished' }`, `{ 'config.lr.value': 0.1 }`. Default all. */
  readonly filters?: object
  /** Default the oldest first. */
  readonly order?: string
  readonly runsPerPage?: number
  readonly settings?: SettingsInput
  readonly signal?: AbortSignal
}

const ROWS_PER_PAGE = 1000
const MOST_PAGES_OF_FEW_ROWS = 100

const objectOf = (value: JsonValue | undefined): JsonObject => {
  const parsed = typeof value === 'string' && value !== '' ? parseExtended(value) : value
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {}
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

/** Times of the server are UTC, with or without saying so. */
const timeOf = (value: JsonValue | undefined): Date | undefined => {
  const text = textOf(value)
  const time = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** `entity/project`, or `project` of the owner of the key. */
const placeOf = (path: string, settings: Settings): { project: string; entity: string | null } => {
  const labels = path.split('/')
  const project = labels.pop()
  if (!project || labels.length > 1 || labels[0] === '') {
    throw new WandbError('USAGE', `Project ${JSON.stringify(path)}; accepted: [entity/]project.`)
  }
  return { project, entity: labels[0] ?? settings.entity ?? null }
}

/** Rows whose steps lie far apart, such as times, must not cost a request for every thousand steps between them. */
const pagesOf = (lines: number, lastStep: number) => {
  const steps = Math.max(ROWS_PER_PAGE, Math.ceil((lastStep + 1) / MOST_PAGES_OF_FEW_ROWS))
  const isSparse = lines * 10 < lastStep && Number.isFinite(lastStep)
  return isSparse
    ? { steps, rows: Math.max(ROWS_PER_PAGE, lines) }
    : { steps: ROWS_PER_PAGE, rows: ROWS_PER_PAGE }
}

async function* historyOf(
  client: WandbClient,
  run: { readonly entity: string; readonly project: string; readonly run: string },
  { lines, lastStep }: { lines: number; lastStep: number },
  keys: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  const { steps, rows } = pagesOf(lines, lastStep)
  let seen = 0
  for (let minStep = 0; seen < lines && minStep <= lastStep; minStep += steps) {
    const variables = { ...run, minStep, maxStep: minStep + steps, pageSize: rows }
    const data = await client.query(HISTORY_PAGE, variables, signal)
    const page = ((data.project as JsonObject | null)?.run as JsonObject | null)?.history as
      | JsonValue[]
      | null
    // Where nobody knows how far the history goes, its end is where nothing is.
    if (!page?.length && !Number.isFinite(lastStep)) return
    for (const line of page ?? []) {
      const row = objectOf(line)
      // A server that takes the bounds for a hint must not make us walk a row twice.
      if (typeof row._step === 'number' && row._step < minStep) continue
      seen++
      if (!keys || keys.some(key => key in row)) yield row
    }
  }
}

const remoteRun = (
  node: JsonObject,
  place: { readonly entity: string; readonly project: string },
  client: WandbClient,
  settings: Settings,
  signal: AbortSignal,
): RemoteRun => {
  const { entity, project } = place
  const id = textOf(node.name)
  const summary = objectOf(node.summaryMetrics)
  const wrapped = Object.entries(objectOf(node.config)).filter(([key]) => key !== '_wandb')
  const lines = typeof node.historyLineCount === 'number' ? node.historyLineCount : Number.POSITIVE_INFINITY
  const lastStep = typeof summary._step === 'number' ? summary._step : lines
  return {
    id,
    name: textOf(node.displayName) || id,
    ...place,
    state: textOf(node.state),
    createdAt: timeOf(node.createdAt),
    heartbeatAt: timeOf(node.heartbeatAt),
    config: Object.fromEntries(wrapped.map(([key, value]) => [key, objectOf(value).value ?? null])),
    summary,
    tags: Array.isArray(node.tags) ? node.tags.map(String) : [],
    notes: textOf(node.notes),
    url: `${appUrlOf(settings)}/${[entity, project, 'runs', id].map(encodeURIComponent).join('/')}`,
    history: ({ keys } = {}) =>
      historyOf(client, { entity, project, run: id }, { lines, lastStep }, keys, signal),
    artifact: name => lookUpArtifact(name, place, client, signal),
  }
}

/**
 * The runs of a project, page by page.
 *
 * @param path `entity/project`, or `project` of the owner of the key.
 * @throws {WandbError} `USAGE` for another path or a wrong setting, `AUTHENTICATION`, `COMMUNICATION` also if there is
 *   no such project.
 *
 * @example
 * for await (const run of readRuns('me/digits')) console.log(run.name, run.summary.loss)
 */
export async function* readRuns(path: string, options: ReadRunsOptions = {}): AsyncGenerator<RemoteRun> {
  const settings = loadSettings(options.settings ?? {})
  const place = placeOf(path, settings)
  // Somebody waits for this: giving up comes sooner than for the rows of a training.
  const client = createClient({ settings, apiKey: findApiKey(settings), attempts: 4 })
  const { filters = {}, order = '+created_at', runsPerPage = 50 } = options
  const signal = options.signal ?? new AbortController().signal
  const variables = { ...place, filters: JSON.stringify(filters), order, perPage: runsPerPage }
  for (let cursor: string | null = null; ; ) {
    const data: JsonObject = await client.query(RUNS, { ...variables, cursor }, signal)
    const project = data.project as JsonObject | null
    if (!project) throw new WandbError('COMMUNICATION', `The server has no project ${path}.`)
    const { edges, pageInfo } = project.runs as unknown as {
      edges: { node: JsonObject }[]
      pageInfo: { endCursor: string | null; hasNextPage: boolean }
    }
    const entity = textOf(project.entityName) || place.entity || ''
    for (const { node } of edges) {
      yield remoteRun(node, { entity, project: place.project }, client, settings, signal)
    }
    if (!pageInfo.hasNextPage || edges.length === 0) return
    cursor = pageInfo.endCursor
  }
}
