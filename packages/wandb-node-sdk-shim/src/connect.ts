import { WandbError } from './errors.js'
import { createClient } from './http/wandb-client.js'
import { stringifyExtended } from './json/extended-json.js'
import type { BodyOf, NewBodyOf } from './record/record-body.js'
import type { RunConfig } from './run/run-config.js'
import type { RunIdentity } from './run/run-parts.js'
import { SummaryTree } from './run/summary-tree.js'
import type { Terminal } from './run/terminal.js'
import type { Settings } from './settings/settings.js'
import type { RunStorage } from './storage/run-storage.js'
import { findRun, type KnownRun } from './upload/resume.js'
import type { RowSource } from './upload/row-source.js'
import { Uploader } from './upload/uploader.js'

interface ConnectOptions {
  readonly prepared: {
    readonly settings: Settings
    readonly terminal: Terminal
    readonly identity: RunIdentity
  }
  readonly record: NewBodyOf<'run'>
  readonly environment: BodyOf<'environment'>
  readonly config: RunConfig
  readonly storage: RunStorage
  readonly log?: RowSource
  /** @throws {WandbError} `AUTHENTICATION` */
  readonly apiKey: () => string | undefined
}

/** A run that the server has taken. */
export interface Connected {
  readonly uploader: Uploader
  readonly identity: RunIdentity
  readonly record: NewBodyOf<'run'>
  readonly continued: {
    readonly summary: SummaryTree
    readonly startingStep: number
    readonly previousRuntimeSeconds: number
    readonly previousSystemRows: number
    readonly resumed: boolean
  }
}

/** What precedes a run that continues none. */
export const NOTHING_BEFORE = {
  startingStep: 0,
  previousRuntimeSeconds: 0,
  previousSystemRows: 0,
  resumed: false,
} as const

/** A signal that aborts after `seconds`. Its timer keeps the process alive: nothing else might while we wait. */
const deadline = (seconds: number) => {
  const controller = new AbortController()
  const reason = new WandbError(
    'COMMUNICATION',
    `no answer within ${seconds} s (settings.initTimeout, WANDB_INIT_TIMEOUT)`,
  )
  const timer = setTimeout(() => controller.abort(reason), seconds * 1000)
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}

const checkResume = (settings: Settings, id: string, known: KnownRun | undefined) => {
  if (settings.resume === 'must' && !known) {
    throw new WandbError(
      'USAGE',
      `resume is "must", and the server has no run ${id}. For a new run leave resume out.`,
    )
  }
  if (settings.resume === 'never' && known) {
    throw new WandbError(
      'USAGE',
      `resume is "never", and the server has a run ${id}. Choose another id, or "allow".`,
    )
  }
}

/**
 * Announces a run to the server, continuing an earlier one if that was asked for.
 *
 * @throws {WandbError} `AUTHENTICATION`, `COMMUNICATION` or, where `resume` forbids it, `USAGE`.
 */
export const connect = async ({
  prepared,
  record,
  environment,
  config,
  storage,
  log,
  apiKey,
}: ConnectOptions): Promise<Connected> => {
  const { settings, terminal, identity } = prepared
  const client = createClient({ settings, apiKey: apiKey() })
  const uploader = new Uploader({
    client,
    settings,
    storage,
    ...(log ? { log } : {}),
    terminal,
    program: environment.program ?? '',
  })
  const { signal, clear } = deadline(settings.initTimeout)
  try {
    const known = settings.resume ? await findRun(client, identity, signal) : undefined
    checkResume(settings, identity.id, known)
    if (known) config.adopt(known.config)
    const run = known ? continuedRecord(record, config, known) : record
    uploader.accept({ case: 'environment', value: environment })
    const progress = known ? { storageId: known.storageId, offsets: known.offsets } : {}
    const bucket = await uploader.start(run, progress, signal)
    const summary = new SummaryTree()
    for (const [key, value] of Object.entries(known?.summary ?? {})) summary.set(key, value)
    return {
      uploader,
      identity: { id: identity.id, entity: bucket.entity, project: bucket.project, name: bucket.displayName },
      record: { ...run, entity: bucket.entity, project: bucket.project, displayName: bucket.displayName },
      continued: {
        summary,
        startingStep: startingStepOf(known),
        previousRuntimeSeconds: known?.runtimeSeconds ?? 0,
        previousSystemRows: known?.offsets.events ?? 0,
        resumed: known !== undefined,
      },
    }
  } finally {
    clear()
  }
}

const startingStepOf = (known: KnownRun | undefined): number =>
  known?.lastStep === undefined ? 0 : known.lastStep + (known.offsets.history > 0 ? 1 : 0)

const continuedRecord = (record: NewBodyOf<'run'>, config: RunConfig, known: KnownRun): NewBodyOf<'run'> => ({
  ...record,
  config: { update: [{ key: '_wandb', valueJson: '{}' }, ...config.items()] },
  summary: {
    update: Object.entries(known.summary).map(([key, value]) => ({
      key,
      valueJson: stringifyExtended(value),
    })),
  },
  tags: record.tags?.length ? record.tags : [...known.tags],
  notes: record.notes || known.notes,
  storageId: known.storageId,
  resumed: true,
  startingStep: BigInt(startingStepOf(known)),
  runtime: Math.floor(known.runtimeSeconds),
})
