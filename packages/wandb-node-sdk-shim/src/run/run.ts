import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { platform } from '#platform'
import type { Artifact } from '../artifact/artifact.js'
import type { LogArtifactOptions } from '../artifact/artifact-record.js'
import type { RemoteArtifact } from '../artifact/remote-artifact.js'
import { messageOf, WandbError } from '../errors.js'
import { stringifyExtended } from '../json/extended-json.js'
import type { MediaContext } from '../media/media.js'
import type { RecordBody } from '../record/record-body.js'
import { type AlertOptions, Alerts } from './alerts.js'
import { within } from './deadline.js'
import { History } from './history.js'
import { loggedRow } from './logged-values.js'
import { MetricDefinitions, type MetricOptions, metricPath, metricRecordOf } from './metric-definitions.js'
import { RunArtifacts } from './run-artifacts.js'
import type { RunConfig } from './run-config.js'
import type { FinishResult, RunParts } from './run-parts.js'
import { RunSummary } from './run-summary.js'
import type { SaveOptions } from './saved-files.js'
import { SummaryWriter } from './summary-writer.js'

/** How often an online run looks whether saved files have changed. */
const WATCH_SECONDS = 15

const nowSeconds = () => Date.now() / 1000

/**
 * One run. No method throws because of a disk, a network or a value that cannot be logged; such things are warned
 * about on standard error, once each. Wrong arguments throw a {@link WandbError}.
 *
 * @example
 * ```ts
 * const run = await init({ project: 'digits', config: { lr: 0.01 } })
 * run.log({ loss: 0.5 })
 * await run.finish()
 * ```
 */
export class Run {
  readonly #parts: RunParts
  readonly #startedMs = performance.now()
  /** Time of the latest thing logged, milliseconds since 1970. Only for a run that is told of afterwards. */
  #latestMs: number
  readonly #definitions = new MetricDefinitions()
  readonly #history: History
  readonly #summaryWriter: SummaryWriter
  readonly #artifacts: RunArtifacts | undefined
  readonly #alerts: Alerts
  #watch: NodeJS.Timeout | undefined
  #finished: Promise<FinishResult> | undefined
  #closed = false

  /** Inputs of the run. */
  readonly config: RunConfig
  /** Results of the run. */
  readonly summary: RunSummary

  /** @internal Runs are made by `init`. */
  constructor(parts: RunParts) {
    this.#parts = parts
    this.#latestMs = parts.startTime.getTime() + parts.previousRuntimeSeconds * 1000
    this.config = parts.config
    const write = (body: RecordBody) => this.#write(body)
    this.#alerts = new Alerts(write)
    this.#summaryWriter = new SummaryWriter(write)
    this.summary = new RunSummary(parts.summary, this.#summaryWriter)
    this.#history = new History({
      definitions: this.#definitions,
      summary: parts.summary,
      summaryWriter: this.#summaryWriter,
      write,
      runtimeSeconds: timestamp => this.#runtimeSeconds(timestamp),
      nowSeconds,
      warn: parts.terminal.warn,
      startingStep: parts.startingStep,
    })
    const { storage, link, identity, saved } = parts
    if (!storage) return
    if (link && saved) {
      this.#watch = platform.background(setInterval(() => saved.refresh(), WATCH_SECONDS * 1000))
    }
    this.#artifacts = new RunArtifacts({
      runId: identity.id,
      project: identity.project,
      entity: identity.entity,
      storage,
      write,
      outcomeOf: clientId => link?.artifactOutcome(clientId) ?? Promise.resolve({ id: undefined }),
    })
  }

  get id(): string {
    return this.#parts.identity.id
  }
  get project(): string {
    return this.#parts.identity.project
  }
  get entity(): string {
    return this.#parts.identity.entity
  }
  get name(): string {
    return this.#parts.identity.name
  }
  /** The folder whose files belong to the run's page; undefined for a disabled run and in a browser. */
  get dir(): string | undefined {
    return this.#parts.storage?.filesDir
  }
  /** The folder of the run itself, which `sync` takes; undefined for a disabled run and in a browser. */
  get directory(): string | undefined {
    return this.#parts.storage?.path
  }
  /** The run's page; undefined unless the run is online. */
  get url(): string | undefined {
    return this.#parts.link?.url
  }
  /** True if the run continues one that the server knew. */
  get resumed(): boolean {
    return this.#parts.resumed
  }
  /** Rows of machine measurements that the server had when the run was continued; 0 for a new run. */
  get previousSystemRows(): number {
    return this.#parts.previousSystemRows
  }
  get startTime(): Date {
    return this.#parts.startTime
  }
  /** The step that the next `log` without a step adds to. */
  get step(): number {
    return this.#history.step
  }
  /** True once somebody pressed Stop on the run's page. It is up to the program to heed it. */
  get stopped(): boolean {
    return this.#parts.link?.stopSignal.aborted ?? false
  }
  /** Aborted when somebody presses Stop; undefined unless the run is online. */
  get stopSignal(): AbortSignal | undefined {
    return this.#parts.link?.stopSignal
  }

  /**
   * Logs a row of values. Numbers, text, lists, objects, typed arrays, tensors and media are accepted; NaN and
   * infinities are kept. Without `step` the row is written and the step grows by one; with `step`, or with
   * `commit: false`, values collect until a later step or `commit: true`.
   *
   * @example
   * run.log({ loss: 0.3, 'accuracy/train': 0.9 })
   */
  log(data: { readonly [key: string]: unknown }, options: { step?: number; commit?: boolean } = {}): void {
    if (!this.#isOpen('log')) return
    const { step } = options
    if (typeof data !== 'object' || data === null) {
      this.#parts.terminal.warn(`log takes an object of values; ${String(data)} is not logged.`)
      return
    }
    if (step !== undefined && !(Number.isSafeInteger(step) && step >= 0)) {
      this.#parts.terminal.warn(
        `log: step is ${step}; accepted: whole numbers from 0. The values are not logged.`,
      )
      return
    }
    if (typeof data._timestamp === 'number') {
      this.#latestMs = Math.max(this.#latestMs, data._timestamp * 1000)
    }
    const contextOf = (key: string) => this.#mediaContext(key, step ?? this.#history.step)
    this.#history.log(loggedRow(data, contextOf, this.#parts.terminal.warn), options)
  }

  /**
   * Logs measurements of the machine, which W&B draws in its section "System" over time rather than over steps. Known
   * names are, among others, `gpu.0.powerWatts`, `cpu.powerWatts`, `system.powerWatts`.
   */
  logSystem(
    metrics: { readonly [name: string]: number },
    { timestamp = new Date() }: { timestamp?: Date } = {},
  ): void {
    if (!this.#isOpen('logSystem')) return
    this.#latestMs = Math.max(this.#latestMs, timestamp.getTime())
    const item = Object.entries(metrics)
      .filter(([, value]) => typeof value === 'number')
      .map(([key, value]) => ({ key, valueJson: stringifyExtended(value) }))
    if (item.length > 0)
      this.#write({ case: 'stats', value: { timestamp: timestampFromDate(timestamp), item } })
  }

  /**
   * Says how a metric is drawn and summarized. A name that ends in `*` stands for all that begin so.
   *
   * @throws {WandbError} `USAGE` for a wrong name or option.
   *
   * @example
   * run.defineMetric('val/*', { stepMetric: 'epoch', summary: 'min' })
   */
  defineMetric(name: string, options: MetricOptions = {}): void {
    const record = metricRecordOf(name, options)
    if (!this.#isOpen('defineMetric')) return
    const metric = this.#definitions.define(record)
    if (metric) this.#parts.summary.configure(metricPath(name), metric.summary)
    this.#write({ case: 'metric', value: record })
  }

  /**
   * Sends a notification to those who follow the run, by the ways they chose on the server.
   *
   * @throws {WandbError} `USAGE` for an unknown level.
   */
  alert(options: AlertOptions): void {
    if (this.#isOpen('alert')) this.#alerts.send(options)
  }

  /** Keeps files with the run. `pattern` is a path, and may hold `*`, `**` and `?`. Answers their names in the run. */
  save(pattern: string, options: SaveOptions = {}): string[] {
    if (!this.#isOpen('save')) return []
    const { saved, storage, terminal } = this.#parts
    if (storage && !saved) terminal.warn(`save: there are no files here; ${pattern} is not saved.`)
    return saved?.save(pattern, options) ?? []
  }

  /**
   * Logs a versioned set of files as an output of the run. Resolves when the content is safe in the run's directory;
   * `artifact.wait()` then waits for the upload.
   *
   * @throws if a file that was added cannot be read.
   */
  async logArtifact(artifact: Artifact, options: LogArtifactOptions = {}): Promise<Artifact> {
    return this.#logArtifact(artifact, options, false)
  }

  /**
   * Declares an artifact as an input of the run: one of another run by `name:alias`, which needs an online run, or one
   * made here, which is logged first. An artifact of another run can be `download`ed.
   *
   * @throws {WandbError} `USAGE` if the run is offline, `COMMUNICATION` if the server has no such artifact.
   */
  async useArtifact(artifact: Artifact, options?: LogArtifactOptions): Promise<Artifact>
  async useArtifact(name: string): Promise<RemoteArtifact>
  async useArtifact(
    artifact: Artifact | string,
    options: LogArtifactOptions = {},
  ): Promise<Artifact | RemoteArtifact> {
    if (typeof artifact !== 'string') return this.#logArtifact(artifact, options, true)
    const { link } = this.#parts
    if (!link) {
      throw new WandbError(
        'USAGE',
        `useArtifact("${artifact}") needs an online run: the server knows the artifact.`,
      )
    }
    return link.useArtifact(artifact)
  }

  /**
   * Ends the run: writes what is open, and uploads for at most `settings.finishTimeout` seconds. Never rejects. What is
   * not uploaded by then stays in the run's directory. Later calls answer the same promise.
   */
  finish(exitCode = 0): Promise<FinishResult> {
    this.#finished ??= this.#finish(exitCode)
    return this.#finished
  }

  /** @internal Writes the end of the run at once, when the process is about to go. */
  closeNow(exitCode: number): void {
    if (this.#closed) return
    clearInterval(this.#watch)
    this.#history.flush()
    this.#parts.saved?.refresh()
    const runtime = Math.floor(this.#runtimeSeconds())
    this.#summaryWriter.put({ update: [this.#parts.summary.set('_wandb', { runtime })] })
    this.#write({ case: 'exit', value: { exitCode, runtime } })
    // Without it one of W&B's sync programs never sends the exit code.
    this.#write({ case: 'final', value: {} })
    this.#closed = true
    this.#parts.onClosed(this, exitCode)
  }

  async #finish(exitCode: number): Promise<FinishResult> {
    const { link, terminal, settings, storage, onUploaded } = this.#parts
    const deadlineMs = performance.now() + settings.finishTimeout * 1000
    await within(this.#artifacts?.settle() ?? Promise.resolve(), deadlineMs)
    this.closeNow(exitCode)
    if (!storage) return { exitCode, uploaded: false }
    const uploaded = (await link?.finish(deadlineMs)) ?? false
    if (uploaded) {
      onUploaded?.()
      terminal.say(`Uploaded ${this.name || this.id}: ${this.url}`)
    } else if (storage.path !== undefined) {
      terminal.say(`The run is kept in ${storage.path}. To upload it: npx wandb-sync ${storage.path}`)
    }
    return { exitCode, uploaded }
  }

  async #logArtifact(artifact: Artifact, options: LogArtifactOptions, use: boolean): Promise<Artifact> {
    if (this.#isOpen('logArtifact')) await this.#artifacts?.log(artifact, options, use)
    return artifact
  }

  #mediaContext(key: string, step: number): MediaContext {
    const { storage } = this.#parts
    return {
      key,
      step,
      writeFile: (path, bytes) => {
        if (!storage) return
        storage.write(path, bytes)
        this.#write({ case: 'files', value: { files: [{ path, policy: 0, type: 2 }] } })
      },
      logFileArtifact: (name, type, path, bytes) =>
        this.#artifacts?.logFile(name, type, path, bytes) ?? { clientId: '', sequenceClientId: '' },
    }
  }

  #runtimeSeconds(timestamp?: unknown): number {
    const { isBackdated, startTime, previousRuntimeSeconds } = this.#parts
    if (!isBackdated) return (performance.now() - this.#startedMs) / 1000 + previousRuntimeSeconds
    const ms = typeof timestamp === 'number' ? timestamp * 1000 : this.#latestMs
    // What is left of a thousandth is the floating point's.
    return Math.round(ms - startTime.getTime()) / 1000
  }

  #isOpen(method: string): boolean {
    if (!this.#closed) return true
    this.#parts.terminal.warn(`${method} after finish: the values are dropped.`)
    return false
  }

  #write(body: RecordBody) {
    if (this.#closed) return
    try {
      this.#parts.write(body)
    } catch (error) {
      this.#parts.terminal.warn(`A record is lost: ${messageOf(error)}`)
    }
  }
}
