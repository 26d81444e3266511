import { platform } from '#platform'
import { messageOf } from '../errors.js'
import { RateLimit } from '../http/rate-limit.js'
import { pause } from '../http/retry.js'
import type { JsonObject } from '../http/wandb-client.js'
import { LINE_FILES, type LineFile, LineQueue, type LineQueueOptions, type QueuedLine } from './line-queue.js'

/** About the size of one request. */
const MAX_REQUEST_BYTES = 10 * 2 ** 20
/** Longer lines are refused by the server. */
const MAX_LINE_BYTES = MAX_REQUEST_BYTES - 100 * 1024
const HEARTBEAT_SECONDS = 30

/** Rows held in memory while the server is away; at a request's size and a bit. */
const MAX_HELD_BYTES = 16 * 2 ** 20
/** The same where there is no file behind them. */
const MAX_HELD_BYTES_WITHOUT_FILE = 64 * 2 ** 20

export interface FileStreamOptions {
  readonly post: (body: string, signal: AbortSignal) => Promise<{ headers: Headers; body: JsonObject }>
  readonly intervalSeconds: number
  readonly heartbeatSeconds?: number
  /** Lines that the server already has. */
  readonly offsets: { readonly history: number; readonly events: number }
  /** The whole summary as it is now, or undefined if it is empty. */
  readonly summary: () => string | undefined
  readonly onStop: () => void
  /** Rows of the run's file, for what memory does not hold. */
  readonly reread?: LineQueueOptions['reread']
  readonly warn: (message: string, topic?: string) => void
  readonly signal: AbortSignal
}

/**
 * The rows of a run on their way to the server. Lines collect and go out together, at most one request at a time and
 * one in `intervalSeconds`, each line under its number, so that a request sent twice changes nothing. An error that
 * no retry cures ends the sending; the rows remain in the run's file.
 */
export class FileStream {
  readonly #options: FileStreamOptions
  readonly #queue: LineQueue
  readonly #offsets: Record<LineFile, number>
  readonly #rateLimit = new RateLimit()
  #summaryChanged = false
  #uploaded: string[] = []
  #exitCode: number | undefined
  #pump: Promise<void> | undefined
  #wake = new AbortController()
  #heartbeat: NodeJS.Timeout | undefined
  #lastSentMs = Number.NEGATIVE_INFINITY
  #failure: Error | undefined
  #complete = false

  constructor(options: FileStreamOptions) {
    this.#options = options
    this.#offsets = {
      'wandb-history.jsonl': options.offsets.history,
      'wandb-events.jsonl': options.offsets.events,
    }
    const { reread, warn } = options
    this.#queue = new LineQueue({
      maxLineBytes: MAX_LINE_BYTES,
      maxHeldBytes: reread ? MAX_HELD_BYTES : MAX_HELD_BYTES_WITHOUT_FILE,
      reread,
      warn,
    })
    this.#scheduleHeartbeat()
  }

  /** Rows that were lost because nothing could hold them. */
  get dropped(): number {
    return this.#queue.dropped
  }

  push(row: QueuedLine): void {
    if (this.#failure) return
    this.#queue.push(row)
    this.#start()
  }

  summaryChanged(): void {
    this.#summaryChanged = true
    this.#start()
  }

  /** Tells the server that a run file has arrived. */
  fileUploaded(name: string): void {
    this.#uploaded.push(name)
    this.#start()
  }

  /**
   * Sends what is left, and with it the end of the run.
   *
   * @throws the error that ended the sending, if one did.
   */
  async finish(exitCode: number): Promise<void> {
    this.#exitCode = exitCode
    clearTimeout(this.#heartbeat)
    this.#wake.abort()
    while (!this.#complete && !this.#failure) {
      this.#start()
      await this.#pump
    }
    if (this.#failure) throw this.#failure
  }

  get #hasWork(): boolean {
    if (this.#failure || this.#complete) return false
    return (
      !this.#queue.isEmpty ||
      this.#summaryChanged ||
      this.#uploaded.length > 0 ||
      this.#exitCode !== undefined
    )
  }

  #start() {
    if (this.#pump || !this.#hasWork) return
    this.#pump = this.#work().finally(() => {
      this.#pump = undefined
    })
  }

  async #work(): Promise<void> {
    // Rows that are logged in the same turn go out in the same request.
    await Promise.resolve()
    try {
      while (this.#hasWork) {
        await this.#waitForTurn()
        await this.#send(this.#takeRequest())
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(messageOf(error))
      clearTimeout(this.#heartbeat)
      if (!this.#options.signal.aborted) {
        this.#options.warn(
          `Uploading rows has ended: ${messageOf(error)}. What is logged is kept in the run's file.`,
        )
      }
    }
  }

  /** A run that is about to end does not wait for its interval, only for the server's quota. */
  async #waitForTurn(): Promise<void> {
    const sinceMs = performance.now() - this.#lastSentMs
    const quota = this.#rateLimit.intervalSeconds - sinceMs / 1000
    if (quota > 0) await pause(quota, this.#options.signal)
    const rest = this.#options.intervalSeconds - (performance.now() - this.#lastSentMs) / 1000
    if (rest <= 0 || this.#exitCode !== undefined) return
    const signal = AbortSignal.any([this.#wake.signal, this.#options.signal])
    await pause(rest, signal).catch(() => this.#options.signal.throwIfAborted())
  }

  #takeRequest(): JsonObject {
    const files: JsonObject = {}
    let room = MAX_REQUEST_BYTES
    this.#queue.refill()
    for (const file of LINE_FILES) {
      const { lines, bytes } = this.#queue.take(file, room, room === MAX_REQUEST_BYTES)
      if (lines.length === 0) continue
      room -= bytes
      files[file] = { offset: this.#offsets[file], content: lines }
      this.#offsets[file] += lines.length
    }
    const isWhole = this.#queue.isEmpty
    if (this.#summaryChanged && isWhole) {
      this.#summaryChanged = false
      const summary = this.#options.summary()
      if (summary !== undefined && platform.byteLength(summary) <= MAX_LINE_BYTES) {
        files['wandb-summary.json'] = { offset: 0, content: [summary] }
      } else if (summary !== undefined) {
        this.#options.warn(
          `The summary is not uploaded: the server takes ${MAX_LINE_BYTES} bytes.`,
          'long-summary',
        )
      }
    }
    const request: JsonObject = {}
    if (Object.keys(files).length > 0) request.files = files
    if (this.#uploaded.length > 0) request.uploaded = this.#uploaded.splice(0)
    if (isWhole && this.#exitCode !== undefined) {
      request.complete = true
      request.exitcode = this.#exitCode
      this.#complete = true
    }
    return request
  }

  async #send(request: JsonObject): Promise<void> {
    try {
      const { headers, body } = await this.#options.post(JSON.stringify(request), this.#options.signal)
      this.#rateLimit.update(headers)
      if (body.stopped === true) this.#options.onStop()
    } catch (error) {
      this.#complete = false
      throw error
    }
    this.#lastSentMs = performance.now()
    this.#scheduleHeartbeat()
  }

  /** Silence makes the server take the run for crashed. */
  #scheduleHeartbeat() {
    clearTimeout(this.#heartbeat)
    if (this.#exitCode !== undefined) return
    const seconds = this.#options.heartbeatSeconds ?? HEARTBEAT_SECONDS
    this.#heartbeat = setTimeout(() => {
      if (this.#pump || this.#failure) return this.#scheduleHeartbeat()
      this.#pump = this.#send({})
        .catch((error: unknown) => this.#options.warn(`Heartbeat: ${messageOf(error)}`, 'heartbeat'))
        .finally(() => {
          this.#pump = undefined
          this.#start()
        })
    }, seconds * 1000)
    platform.background(this.#heartbeat)
  }
}
