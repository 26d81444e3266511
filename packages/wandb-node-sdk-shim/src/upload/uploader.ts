import { platform } from '#platform'
import type { ArtifactOutcome } from '../artifact/artifact.js'
import { ArtifactOutcomes } from '../artifact/outcomes.js'
import { findArtifact, type RemoteArtifact } from '../artifact/remote-artifact.js'
import { saveArtifact } from '../artifact/saver.js'
import { messageOf, WandbError } from '../errors.js'
import { NOTIFY_ALERT, USE_ARTIFACT } from '../graphql/operations.js'
import type { WandbClient } from '../http/wandb-client.js'
import { stringifyExtended } from '../json/extended-json.js'
import type { BodyOf, RecordBody } from '../record/record-body.js'
import { within } from '../run/deadline.js'
import type { RunLink } from '../run/run-link.js'
import type { Terminal } from '../run/terminal.js'
import { appUrlOf, type Settings } from '../settings/settings.js'
import type { RunStorage } from '../storage/run-storage.js'
import { configYaml } from './config-yaml.js'
import { FileStream } from './file-stream.js'
import type { QueuedLine } from './line-queue.js'
import { lineOfRow, millisOf } from './row-line.js'
import type { RowBody, RowSource } from './row-source.js'
import { type Bucket, RunBucket } from './run-bucket.js'
import { RunFiles } from './run-files.js'
import { RunState } from './run-state.js'

/** Policies of a file's upload; see SavedFiles. */
const POLICY_END = 1

export interface UploaderOptions {
  readonly client: WandbClient
  readonly settings: Settings
  readonly storage: RunStorage
  /** The run's file, from which rows are read again that memory does not hold. */
  readonly log?: RowSource
  readonly terminal: Terminal
  readonly program?: string
}

/** What the server has of a run that is uploaded further. */
export interface Progress {
  readonly storageId?: string
  readonly offsets?: { readonly history: number; readonly events: number }
}

/** Turns the records of a run into requests. It reads nothing but records, so a run and a file of one go the same way. */
export class Uploader implements RunLink {
  readonly #options: UploaderOptions
  readonly #state = new RunState()
  readonly #stop = new AbortController()
  readonly #abort = new AbortController()
  readonly #atEnd = new Set<string>()
  readonly #outcomes = new ArtifactOutcomes()
  readonly #bucket: RunBucket
  #owner = { entity: '', project: '', run: '' }
  #stream: FileStream | undefined
  #files: RunFiles | undefined
  #work: Promise<void> = Promise.resolve()
  #startMs = 0
  #lastStep = 0
  #exitCode = 0
  #losses = 0

  constructor(options: UploaderOptions) {
    this.#options = options
    // Every upload under way listens; Node would take so many for a leak.
    platform.allowListeners(this.#abort.signal)
    this.#bucket = new RunBucket({
      client: options.client,
      program: options.program,
      config: () => this.#state.configJson(),
      signal: this.#abort.signal,
      onLoss: message => this.#lose(message),
    })
  }

  get url(): string {
    const { entity, project, run } = this.#owner
    const path = [entity, project, 'runs', run].map(encodeURIComponent).join('/')
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
    this.#startMs = millisOf(run.startTime)
    if (run.config) this.#state.takeConfig(run.config)
    if (run.summary) this.#state.takeSummary(run.summary)
    if (run.telemetry) this.#state.takeTelemetry(run.telemetry)
    if (run.resumed) this.#state.takeTelemetry({ feature: { resumed: true } })
    const bucket = await this.#bucket.announce(run, progress.storageId, signal)
    this.#owner = { entity: bucket.entity, project: bucket.project, run: run.runId ?? '' }
    const { client, settings, storage, terminal, log } = this.#options
    const path = ['files', bucket.entity, bucket.project, run.runId ?? '', 'file_stream'].map(
      encodeURIComponent,
    )
    this.#stream = new FileStream({
      post: (body, own) => client.postFileStream(`/${path.join('/')}`, body, own),
      intervalSeconds: settings.fileStreamTransmitInterval,
      // A run of this id may be there even if nobody meant to resume one; its rows stay.
      offsets: progress.offsets ?? { history: bucket.historyLineCount, events: 0 },
      summary: () => (this.#state.summary.isEmpty ? undefined : this.#state.summary.toString()),
      onStop: () => this.#stop.abort(),
      reread: log && (position => this.#linesFrom(log, position)),
      warn: terminal.warn,
      signal: this.#abort.signal,
    })
    this.#files = new RunFiles({
      client,
      run: this.#owner,
      storage,
      ignoreGlobs: settings.ignoreGlobs,
      onUploaded: name => this.#stream?.fileUploaded(name),
      warn: terminal.warn,
      signal: this.#abort.signal,
    })
    return bucket
  }

  /** `position` is where the record begins in the run's file, if it stands there. */
  accept(body: RecordBody, position?: number): void {
    switch (body.case) {
      case 'history':
        this.#lastStep = Number(body.value.step?.num ?? this.#lastStep)
        this.#push(body, position)
        break
      case 'summary':
        this.#state.takeSummary(body.value)
        this.#stream?.summaryChanged()
        break
      case 'stats':
        this.#push(body, position)
        break
      case 'config':
        this.#state.takeConfig(body.value)
        this.#bucket.changed()
        break
      case 'metric':
        this.#state.takeMetric(body.value)
        this.#bucket.changed()
        break
      case 'telemetry':
        this.#state.takeTelemetry(body.value)
        this.#bucket.changed()
        break
      case 'environment':
        this.#state.takeEnvironment(body.value)
        this.#bucket.takeGit(body.value.git)
        this.#bucket.changed()
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

  artifactOutcome(clientId: string): Promise<ArtifactOutcome> {
    return this.#outcomes.of(clientId)
  }

  async useArtifact(name: string): Promise<RemoteArtifact> {
    const { client } = this.#options
    const { entity, project, run } = this.#owner
    const artifact = await findArtifact(name, { entity, project }, client, this.#abort.signal)
    const input = { entityName: entity, projectName: project, runName: run, artifactID: artifact.id }
    await client.query(USE_ARTIFACT, { input }, this.#abort.signal)
    return artifact
  }

  async finish(deadlineMs: number): Promise<boolean> {
    const done = this.#finish().catch((error: unknown) => {
      this.#lose(`Not everything is uploaded: ${messageOf(error)}`)
      return false
    })
    const result = await within(done, deadlineMs)
    if (result === undefined) {
      this.#lose('Not everything is uploaded: the time for finishing is over (settings.finishTimeout).')
    }
    this.#abort.abort(new WandbError('COMMUNICATION', 'The run has ended.'))
    this.#outcomes.settleAll()
    return result ?? false
  }

  async #finish(): Promise<boolean> {
    await this.#work
    await this.#bucket.flush()
    this.#writeOwnFiles()
    for (const name of this.#atEnd) this.#files?.upload(name)
    await this.#files?.flush()
    await this.#stream?.finish(this.#exitCode)
    return this.#losses + (this.#files?.failed ?? 0) + (this.#stream?.dropped ?? 0) === 0
  }

  #writeOwnFiles() {
    const encoder = new TextEncoder()
    const own: [string, string][] = [
      ['wandb-metadata.json', stringifyExtended(this.#state.metadata())],
      ['config.yaml', configYaml(this.#state.config())],
      ['wandb-summary.json', this.#state.summary.toString()],
    ]
    for (const [name, text] of own) {
      try {
        this.#options.storage.write(name, encoder.encode(text))
        this.#files?.upload(name)
      } catch (error) {
        this.#lose(`${name} cannot be written: ${messageOf(error)}`)
      }
    }
  }

  #push(body: RowBody, position: number | undefined) {
    this.#stream?.push({ ...lineOfRow(body, this.#startMs), position })
  }

  *#linesFrom(log: RowSource, position: number): Generator<QueuedLine & { next: number }> {
    for (const row of log.rowsFrom(position)) {
      yield { ...lineOfRow(row.body, this.#startMs), position: row.position, next: row.next }
    }
  }

  #takeFiles({ files = [] }: BodyOf<'files'>) {
    for (const { path = '', policy } of files) {
      if (policy === POLICY_END) this.#atEnd.add(path)
      else this.#files?.upload(path)
    }
  }

  #takeArtifact(record: BodyOf<'artifact'>) {
    const clientId = record.clientId ?? ''
    const step = this.#lastStep
    const { client, storage } = this.#options
    this.#enqueue(`The artifact "${record.name}" is not uploaded`, async () => {
      try {
        const id = await saveArtifact(record, step, {
          client,
          run: this.#owner,
          storage,
          signal: this.#abort.signal,
        })
        this.#outcomes.settle(clientId, { id })
      } catch (error) {
        this.#outcomes.settle(clientId)
        throw error
      }
    })
  }

  #takeAlert({ title = '', text = '', level = 'INFO', waitDuration = 0n }: BodyOf<'alert'>) {
    const { entity, project, run } = this.#owner
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
    this.#work = this.#work
      .then(work)
      .catch((error: unknown) => this.#lose(`${complaint}: ${messageOf(error)}`))
  }

  #lose(message: string) {
    this.#losses++
    // After the end every request fails, and that has been told.
    if (!this.#abort.signal.aborted) this.#options.terminal.warn(message)
  }
}
