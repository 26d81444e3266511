import type { UploadOptions } from '../artifacts/content.js'
import { joinPath } from '../artifacts/path.js'
import { type BatchItem, metricItem, paramItems, tagItems } from '../batch/item.js'
import type { MlflowClient } from '../client.js'
import type { DatasetInput } from '../entities/dataset.js'
import type { TextValue } from '../entities/key-value.js'
import type { RunInfo, RunStatus } from '../entities/run.js'
import { messageOf } from '../errors/message-of.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { MetricOptions } from '../runs/run-logging.js'
import { type DatasetDescription, datasetInputOf } from './dataset.js'
import { type Figure, figureContent } from './figure.js'
import type { LogQueue } from './log-queue.js'
import {
  appendTable,
  loggedArtifactsTag,
  parseTable,
  splitTable,
  type TableData,
  withLoggedTable,
} from './table.js'

/** How a run ends. */
export type EndStatus = Extract<RunStatus, 'FINISHED' | 'FAILED' | 'KILLED'>

/**
 * A run that is under way.
 *
 * The methods that log may be awaited or not. Awaited, they resolve when the server has the data and reject if it
 * refused it. Not awaited, what they log is sent together in batches, in order; a failure is then told to `onWarning`
 * and by `flush`, and never surfaces as an unhandled rejection.
 *
 * @example
 * ```ts
 * const run = await startRun({ runName: 'first' })
 * run.logMetric('loss', 0.5, { step: 1 })
 * await run.end()
 * ```
 */
export class ActiveRun {
  readonly info: RunInfo
  readonly #client: MlflowClient
  readonly #queue: LogQueue
  readonly #warn: (message: string) => void
  readonly #onEnded: (run: ActiveRun) => void
  #uploads: Promise<unknown> = Promise.resolve()
  #firstFailure: unknown
  #ended: Promise<void> | undefined

  constructor(
    info: RunInfo,
    client: MlflowClient,
    queue: LogQueue,
    warn: (message: string) => void,
    onEnded: (run: ActiveRun) => void,
  ) {
    this.info = info
    this.#client = client
    this.#queue = queue
    this.#warn = warn
    this.#onEnded = onEnded
  }

  get runId(): string {
    return this.info.runId
  }

  /** Whether `end` was called. */
  get isEnded(): boolean {
    return this.#ended !== undefined
  }

  logMetric(key: string, value: number, options?: MetricOptions): Promise<void> {
    return this.logMetrics({ [key]: value }, options)
  }

  /** Several metrics of one moment. */
  logMetrics(values: Readonly<Record<string, number>>, options: MetricOptions = {}): Promise<void> {
    const now = Date.now()
    return this.#add(
      Object.entries(values).map(([key, value]) => metricItem({ ...options, key, value }, now)),
    )
  }

  /** A param is written once; another value for it is refused. */
  logParam(key: string, value: TextValue): Promise<void> {
    return this.logParams({ [key]: value })
  }

  logParams(params: Readonly<Record<string, TextValue | undefined>>): Promise<void> {
    return this.#add(paramItems(params))
  }

  setTag(key: string, value: TextValue): Promise<void> {
    return this.setTags({ [key]: value })
  }

  setTags(tags: Readonly<Record<string, TextValue | undefined>>): Promise<void> {
    return this.#add(tagItems(tags))
  }

  /** A file or a folder (Node), or a `File` of a page, under its own name. */
  logArtifact(file: string | File, directory = '', options?: UploadOptions): Promise<void> {
    return this.logArtifacts(typeof file === 'string' ? file : [file], directory, options)
  }

  /** All that is in a folder (Node), or several files of a page. */
  logArtifacts(files: string | readonly File[], directory = '', options?: UploadOptions): Promise<void> {
    const { artifacts } = this.#client
    return this.#upload(async () => {
      if (typeof files === 'string') {
        await artifacts.uploadFile(this.runId, files, directory, options)
        return
      }
      for (const file of files)
        await artifacts.upload(this.runId, joinPath(directory, file.name), file, options)
    })
  }

  logText(text: string, path: string): Promise<void> {
    return this.#upload(() => this.#client.artifacts.upload(this.runId, path, text))
  }

  /** As JSON, which is YAML as well. */
  logDict(value: object, path: string): Promise<void> {
    return this.logText(`${JSON.stringify(value, undefined, 2)}\n`, path)
  }

  logFigure(figure: Figure, path: string): Promise<void> {
    return this.#upload(() => this.#client.artifacts.upload(this.runId, path, figureContent(figure, path)))
  }

  /** As a table that the UI can compare across runs. Rows are added to what is there already. */
  logTable(data: TableData, path: string): Promise<void> {
    return this.#upload(() => this.#storeTable(data, path))
  }

  logInput(dataset: DatasetDescription, usage: Omit<DatasetInput, 'dataset'> = {}): Promise<void> {
    return this.#upload(() =>
      this.#client.runs.logInputs(this.runId, { datasets: [datasetInputOf(dataset, usage)] }),
    )
  }

  /**
   * Waits until everything logged so far has been dealt with.
   * @throws MlflowError the first failure since the last flush, if there was one
   */
  async flush(): Promise<void> {
    await this.#settled()
    const failure = this.#firstFailure
    this.#firstFailure = undefined
    if (failure !== undefined) throw failure
  }

  /** Sends what is left, then sets status and end time. Later calls do nothing. */
  end(status: EndStatus = 'FINISHED'): Promise<void> {
    this.#ended ??= this.#finish(status, Date.now())
    return this.#ended
  }

  async #finish(status: EndStatus, endTime: number): Promise<void> {
    try {
      await this.#settled()
      await this.#client.runs.end(this.runId, status, endTime)
    } finally {
      this.#onEnded(this)
    }
  }

  async #settled(): Promise<void> {
    await Promise.all([this.#queue.idle(), this.#uploads])
  }

  #add(items: readonly BatchItem[]): Promise<void> {
    return items.length === 0 ? Promise.resolve() : this.#watched(this.#queue.add(items))
  }

  /** One after the other: tables are read, changed and written. */
  #upload(work: () => Promise<void>): Promise<void> {
    const upload = this.#uploads.then(work)
    this.#uploads = upload.catch(() => {})
    return this.#watched(upload)
  }

  #watched(work: Promise<void>): Promise<void> {
    work.catch(error => {
      this.#firstFailure ??= error
      this.#warn(`Run ${this.runId}: ${messageOf(error)}`)
    })
    return work
  }

  async #storeTable(data: TableData, path: string): Promise<void> {
    if (!path.endsWith('.json')) {
      throw new MlflowError('INVALID_PAYLOAD', `logTable: "${path}" must end with .json.`)
    }
    const { artifacts, runs } = this.#client
    const stored = await this.#existingTable(path)
    const table = stored ? appendTable(stored, splitTable(data)) : splitTable(data)
    await artifacts.upload(this.runId, path, JSON.stringify(table))
    const tag = withLoggedTable((await runs.get(this.runId)).data.tags[loggedArtifactsTag], path)
    if (tag !== undefined) await runs.setTag(this.runId, loggedArtifactsTag, tag)
  }

  async #existingTable(path: string) {
    try {
      return parseTable(await this.#client.artifacts.downloadText(this.runId, path))
    } catch (error) {
      if (error instanceof MlflowError && error.status === 404) return undefined
      throw error
    }
  }
}
