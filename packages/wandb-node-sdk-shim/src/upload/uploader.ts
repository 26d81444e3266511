import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { TimestampSchema } from '@bufbuild/protobuf/wkt'
import type { ArtifactOutcome } from '../artifact/artifact.js'
import { findArtifact, type RemoteArtifact } from '../artifact/remote-artifact.js'
import { saveArtifact } from '../artifact/saver.js'
import { messageOf, WandbError } from '../errors.js'
import { NOTIFY_ALERT, UPSERT_BUCKET, USE_ARTIFACT } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import { stringifyExtended } from '../json/extended-json.js'
import type { BodyOf, RecordBody } from '../record/record-body.js'
import { within } from '../run/deadline.js'
import type { RunLink } from '../run/run-link.js'
import type { Terminal } from '../run/terminal.js'
import { appUrlOf, type Settings } from '../settings/settings.js'
import { configYaml } from './config-yaml.js'
import { FileStream } from './file-stream.js'
import { lineOf } from './json-tree.js'
import { RunFiles } from './run-files.js'
import { RunState } from './run-state.js'

const UPSERT_DELAY_MS = 5_000
const WATCH_SECONDS = 15
/** Policies of a file's upload; see SavedFiles. */
const POLICY_END = 1

export interface UploaderOptions {
  readonly client: WandbClient
  readonly settings: Settings
  readonly filesDir: string
  readonly artifactsDir: string
  readonly terminal: Terminal
  readonly program?: string
}

/** What the server has of a run that is uploaded further. */
export interface Progress {
  readonly storageId?: string
  readonly offsets?: { readonly history: number; readonly events: number }
}

/** Where the server put the run. */
export interface Bucket {
  readonly storageId: string
  readonly entity: string
  readonly project: string
  readonly displayName: string
}

/** Turns the records of a run into requests. It reads nothing but records, so a run and a file of one go the same way. */
export class Uploader implements RunLink {
  readonly #options: UploaderOptions
  readonly #state = new RunState()
  readonly #stop = new AbortController()
  readonly #abort = new AbortController()
  readonly #atEnd = new Set<string>()
  readonly #outcomes = new Map<string, PromiseWithResolve>()
  #run: BodyOf<'run'> = {}
  #bucket: Bucket | undefined
  #stream: FileStream | undefined
  #files: RunFiles | undefined
  #work: Promise<void> = Promise.resolve()
  #upsertTimer: NodeJS.Timeout | undefined
  #watchTimer: NodeJS.Timeout | undefined
  #changedFiles: () => string[] = () => []
  #git: { remoteUrl?: string; commit?: string } | undefined
  #startMs = 0
  #lastStep = 0
  #exitCode = 0
  #losses = 0

  constructor(options: UploaderOptions) {
    this.#options = options
  }

  get url(): string {
    const { entity, project } = this.#bucket ?? { entity: '', project: '' }
    const path = [entity, project, 'runs', this.#run.runId ?? ''].map(encodeURIComponent).join('/')
    return `${appUrlOf(this.#options.settings)}/${path}`
  }

  get stopSignal(): AbortSignal {
    return this.#stop.signal
  }

  /**
   * Announces the run. Everything else follows it.
   *
   * @throws {WandbError} if the server does not take it by then.
   */
  async start(run: BodyOf<'run'>, progress: Progress, signal: AbortSignal): Promise<Bucket> {
    this.#run = run
    this.#startMs = millisOf(run.startTime)
    this.#git = run.git
    if (run.config) this.#state.takeConfig(run.config)
    if (run.summary) this.#state.takeSummary(run.summary)
    if (run.telemetry) this.#state.takeTelemetry(run.telemetry)
    if (run.resumed) this.#state.takeTelemetry({ feature: { resumed: true } })
    const { bucket, historyLineCount } = await this.#upsert(signal, progress.storageId)
    this.#bucket = bucket
    const { client, settings, filesDir, terminal } = this.#options
    const path = ['files', bucket.entity, bucket.project, run.runId ?? '', 'file_stream'].map(
      encodeURIComponent,
    )
    this.#stream = new FileStream({
      post: (body, own) => client.postFileStream(`/${path.join('/')}`, body, own),
      intervalSeconds: settings.fileStreamTransmitInterval,
      // A run of this id may be there even if nobody meant to resume one; its rows stay.
      offsets: progress.offsets ?? { history: historyLineCount, events: 0 },
      summary: () => (this.#state.summary.isEmpty ? undefined : this.#state.summary.toString()),
      onStop: () => this.#stop.abort(),
      warn: terminal.warn,
      signal: this.#abort.signal,
    })
    this.#files = new RunFiles({
      client,
      run: this.#owner(),
      filesDir,
      ignoreGlobs: settings.ignoreGlobs,
      onUploaded: name => this.#stream?.fileUploaded(name),
      warn: terminal.warn,
      signal: this.#abort.signal,
    })
    return bucket
  }

  accept(body: RecordBody): void {
    switch (body.case) {
      case 'history':
        this.#lastStep = Number(body.value.step?.num ?? this.#lastStep)
        this.#stream?.history(lineOf(body.value.item ?? []))
        break
      case 'summary':
        this.#state.takeSummary(body.value)
        this.#stream?.summaryChanged()
        break
      case 'stats':
        this.#stream?.events(this.#eventLine(body.value))
        break
      case 'config':
        this.#state.takeConfig(body.value)
        this.#upsertSoon()
        break
      case 'metric':
        this.#state.takeMetric(body.value)
        this.#upsertSoon()
        break
      case 'telemetry':
        this.#state.takeTelemetry(body.value)
        this.#upsertSoon()
        break
      case 'environment':
        this.#state.takeEnvironment(body.value)
        this.#git ??= body.value.git
        this.#upsertSoon()
        break
      case 'files':
        this.#takeFiles(body.value)
        break
      case 'artifact':
        this.#takeArtifact(body.value)
        break
      case 'alert':
        this.#takeAlert(body.value)
        break
      case 'exit':
        this.#exitCode = body.value.exitCode ?? 0
        break
    }
  }

  watchFiles(changed: () => string[]): void {
    this.#changedFiles = changed
    this.#watchTimer = setInterval(() => {
      for (const name of changed()) this.#files?.upload(name)
    }, WATCH_SECONDS * 1000).unref()
  }

  artifactOutcome(clientId: string): Promise<ArtifactOutcome> {
    return this.#outcomeOf(clientId).promise
  }

  async useArtifact(name: string): Promise<RemoteArtifact> {
    const { client } = this.#options
    const { entity, project, run } = this.#owner()
    const artifact = await findArtifact(name, { entity, project }, client, this.#abort.signal)
    const input = { entityName: entity, projectName: project, runName: run, artifactID: artifact.id }
    await client.query(USE_ARTIFACT, { input }, this.#abort.signal)
    return artifact
  }

  async finish(deadlineMs: number): Promise<boolean> {
    clearInterval(this.#watchTimer)
    const { terminal } = this.#options
    const done = this.#finish().catch((error: unknown) => {
      terminal.warn(`Not everything is uploaded: ${messageOf(error)}`)
      return false
    })
    const result = await within(done, deadlineMs)
    if (result === undefined) {
      terminal.warn('Not everything is uploaded: the time for finishing is over (settings.finishTimeout).')
    }
    this.#abort.abort(new WandbError('COMMUNICATION', 'The run has ended.'))
    for (const { resolve } of this.#outcomes.values()) resolve({ id: undefined })
    return result ?? false
  }

  async #finish(): Promise<boolean> {
    await this.#work
    if (this.#upsertTimer) await this.#upsertNow()
    this.#writeOwnFiles()
    for (const name of [...this.#atEnd, ...this.#changedFiles()]) this.#files?.upload(name)
    await this.#files?.flush()
    await this.#stream?.finish(this.#exitCode)
    return this.#losses === 0 && (this.#files?.failed ?? 0) === 0
  }

  #writeOwnFiles() {
    const { filesDir } = this.#options
    const own: [string, string][] = [
      ['wandb-metadata.json', stringifyExtended(this.#state.metadata())],
      ['config.yaml', configYaml(this.#state.config())],
      ['wandb-summary.json', this.#state.summary.toString()],
    ]
    for (const [name, text] of own) {
      writeFileSync(join(filesDir, name), text)
      this.#files?.upload(name)
    }
  }

  #eventLine({ timestamp, item = [] }: BodyOf<'stats'>): string {
    const ms = millisOf(timestamp)
    const own = [
      { key: '_wandb', valueJson: 'true' },
      { key: '_timestamp', valueJson: String(ms / 1000) },
      { key: '_runtime', valueJson: String((ms - this.#startMs) / 1000) },
    ]
    return lineOf([
      ...own,
      ...item.map(({ key, valueJson }) => ({ key: `system.${key}`, valueJson: valueJson ?? 'null' })),
    ])
  }

  #takeFiles({ files = [] }: BodyOf<'files'>) {
    for (const { path = '', policy } of files) {
      if (policy === POLICY_END) this.#atEnd.add(path)
      else this.#files?.upload(path)
    }
  }

  #takeArtifact(record: BodyOf<'artifact'>) {
    const outcome = this.#outcomeOf(record.clientId ?? '')
    const step = this.#lastStep
    const { client, artifactsDir } = this.#options
    this.#enqueue(`The artifact "${record.name}" is not uploaded`, async () => {
      try {
        const id = await saveArtifact(record, step, {
          client,
          run: this.#owner(),
          artifactsDir,
          signal: this.#abort.signal,
        })
        outcome.resolve({ id })
      } catch (error) {
        outcome.resolve({ id: undefined })
        throw error
      }
    })
  }

  #takeAlert({ title = '', text = '', level = 'INFO', waitDuration = 0n }: BodyOf<'alert'>) {
    const { entity, project, run } = this.#owner()
    const variables = {
      entityName: entity,
      projectName: project,
      runName: run,
      title,
      text,
      severity: level,
      waitDuration: Number(waitDuration),
    }
    this.#enqueue('An alert is not sent', async () => {
      await this.#options.client.query(NOTIFY_ALERT, variables, this.#abort.signal)
    })
  }

  /** One thing after the other: versions of an artifact must arrive in the order in which they were logged. */
  #enqueue(complaint: string, work: () => Promise<void>) {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#losses++
      this.#options.terminal.warn(`${complaint}: ${messageOf(error)}`)
    })
  }

  #upsertSoon() {
    if (!this.#bucket) return
    this.#upsertTimer ??= setTimeout(() => void this.#upsertNow(), UPSERT_DELAY_MS).unref()
  }

  async #upsertNow(): Promise<void> {
    clearTimeout(this.#upsertTimer)
    this.#upsertTimer = undefined
    try {
      await this.#upsert(this.#abort.signal, this.#bucket?.storageId)
    } catch (error) {
      this.#losses++
      this.#options.terminal.warn(`The run's config is not uploaded: ${messageOf(error)}`)
    }
  }

  async #upsert(
    signal: AbortSignal,
    storageId?: string,
  ): Promise<{ bucket: Bucket; historyLineCount: number }> {
    const run = this.#run
    const variables: JsonObject = {
      id: storageId ?? null,
      name: run.runId ?? '',
      project: run.project || null,
      entity: run.entity || null,
      groupName: run.runGroup || null,
      displayName: run.displayName || null,
      notes: run.notes || null,
      commit: this.#git?.commit || null,
      config: this.#state.configJson(),
      host: run.host || null,
      program: this.#options.program ?? null,
      repo: this.#git?.remoteUrl || null,
      jobType: run.jobType || null,
      tags: run.tags ? [...run.tags] : [],
    }
    const data = await this.#options.client.query(UPSERT_BUCKET, variables, signal)
    const bucket = (data.upsertBucket as JsonObject | null)?.bucket as JsonObject | null | undefined
    const project = bucket?.project as JsonObject | null | undefined
    const entity = project?.entity as JsonObject | null | undefined
    if (!bucket || !project || !entity) {
      throw new WandbError('COMMUNICATION', 'UpsertBucket: the server does not say where it put the run.')
    }
    return {
      bucket: {
        storageId: String(bucket.id),
        entity: String(entity.name),
        project: String(project.name),
        displayName: typeof bucket.displayName === 'string' ? bucket.displayName : '',
      },
      historyLineCount: typeof bucket.historyLineCount === 'number' ? bucket.historyLineCount : 0,
    }
  }

  #owner() {
    const { entity = '', project = '' } = this.#bucket ?? {}
    return { entity, project, run: this.#run.runId ?? '' }
  }

  #outcomeOf(clientId: string): PromiseWithResolve {
    let outcome = this.#outcomes.get(clientId)
    if (!outcome) {
      outcome = promiseWithResolve()
      this.#outcomes.set(clientId, outcome)
    }
    return outcome
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<ArtifactOutcome>
  readonly resolve: (outcome: ArtifactOutcome) => void
}

const promiseWithResolve = (): PromiseWithResolve => {
  let resolve: (outcome: ArtifactOutcome) => void = () => {}
  const promise = new Promise<ArtifactOutcome>(own => {
    resolve = own
  })
  return { promise, resolve }
}

const millisOf = (timestamp: MessageInitShape<typeof TimestampSchema> | undefined): number =>
  timestamp ? Number(timestamp.seconds ?? 0n) * 1000 + (timestamp.nanos ?? 0) / 1e6 : 0
