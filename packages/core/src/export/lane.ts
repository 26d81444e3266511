import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../errors.js'
import { LineTail, type TailLine } from '../journal/line-tail.js'
import type { RunRecord } from '../record/record.js'
import { type DeliveryNote, outboxPath, readNote, writeNote } from './delivery-note.js'
import type { ExportedRun, RunEvent, RunExporter } from './exporter.js'
import { isFinal } from './is-final.js'
import { parseStored, type StoredEvent } from './outbox.js'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const LONGEST_ASKED_WAIT_MS = 300_000
/** Somebody may restore the run, or mend the gateway, while a long training goes on. */
const HOPELESS_WAIT_MS = 300_000
/** In times of its last answer: a backend that is slow is left alone for longer, so that many runs do not take all of it. */
const REST = 5
const LONGEST_REST_MS = 120_000
/** Several hundred events. What is left waits on disk, not in memory. */
const BATCH_BYTES = 128 * 1024
const MOST_REFUSALS = 10

export interface LaneRun {
  readonly run: ExportedRun
  readonly directory: string
}

/** How long the backend asks to be left alone; not believed beyond five minutes. */
const askedWaitMs = (error: unknown): number => {
  const asked: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'retryAfterMs') : 0
  return typeof asked === 'number' && asked > 0 ? Math.min(asked, LONGEST_ASKED_WAIT_MS) : 0
}

/** The record that is in a run's folder. @throws the file system's error, and that of JSON. */
export const readRecordFile = (directory: string): RunRecord =>
  JSON.parse(readFileSync(join(directory, 'record.json'), 'utf8')) as RunRecord

const complete = (event: StoredEvent, directory: string): RunEvent => {
  return event.type === 'record' ? { ...event, record: readRecordFile(directory), directory } : event
}

/**
 * Brings a run's events to one exporter: in order, at least once, with growing waits between failed attempts. Its
 * cursor is on disk, so that what a process leaves undone another one finds. Nothing here throws.
 */
export class Lane {
  readonly exporter: RunExporter
  /** Name of its note. */
  readonly key: string
  readonly #run: LaneRun
  readonly #tail: LineTail
  /** Read and not yet taken by the exporter. */
  #lines: TailLine[] = []
  #note: DeliveryNote
  #started = false
  #busy: Promise<void> | undefined
  #waitMs = FIRST_WAIT_MS
  #restUntil = 0
  #timer: NodeJS.Timeout | undefined
  /** The last attempt failed in a way that the next one is not likely to heal. */
  #isHopeless = false
  #isShutDown = false

  constructor(exporter: RunExporter, key: string, run: LaneRun) {
    this.exporter = exporter
    this.key = key
    this.#run = run
    const earlier = readNote(run.directory, key)
    const from = earlier && !exporter.restarts ? earlier : { delivered: 0, offset: 0, hasRecord: false }
    const { origin } = exporter
    this.#note = {
      exporter: exporter.name,
      ...(origin && { origin }),
      delivered: from.delivered,
      offset: from.offset,
      hasRecord: from.hasRecord,
      complete: false,
    }
    this.#tail = new LineTail(outboxPath(run.directory), from.offset)
    this.#save()
  }

  get note(): DeliveryNote {
    return this.#note
  }

  /** Sends what is new, unless an attempt is under way or a wait is on. */
  poke(): void {
    if (this.#timer === undefined && performance.now() >= this.#restUntil) void this.#drain()
  }

  #drain(): Promise<void> {
    this.#busy ??= this.#attempt().finally(() => {
      this.#busy = undefined
    })
    return this.#busy
  }

  async #attempt(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isHopeless = false
    try {
      if (!this.#started) {
        await this.exporter.start?.(this.#run.run)
        this.#started = true
      }
      await this.#sendAll()
      this.#waitMs = FIRST_WAIT_MS
      if (this.#note.error !== undefined) this.#forgetError()
    } catch (error) {
      this.#failed(error)
    }
  }

  async #sendAll(): Promise<void> {
    while (!this.#isShutDown) {
      if (this.#lines.length === 0) this.#lines = this.#tail.read(BATCH_BYTES)
      const last = this.#lines.at(-1)
      if (!last) return
      const events = this.#lines.flatMap(({ text }) => parseStored(text) ?? [])
      if (events.length > 0) {
        const began = performance.now()
        await this.exporter.export(events.map(event => complete(event, this.#run.directory)))
        const now = performance.now()
        this.#restUntil = now + Math.min(LONGEST_REST_MS, (now - began) * REST)
      }
      this.#lines = []
      this.#note = {
        ...this.#note,
        delivered: events.at(-1)?.seq ?? this.#note.delivered,
        offset: last.end,
        hasRecord: this.#note.hasRecord || events.some(({ type }) => type === 'record'),
        ...this.#refusals(),
      }
      this.#save()
    }
  }

  #refusals(): Pick<DeliveryNote, 'refused'> {
    const refusals = this.exporter.refusals?.() ?? []
    return refusals.length === 0
      ? {}
      : { refused: { count: refusals.length, first: refusals.slice(0, MOST_REFUSALS) } }
  }

  #forgetError(): void {
    const { error: _, ...rest } = this.#note
    this.#note = rest
    this.#save()
  }

  #failed(error: unknown): void {
    const message = messageOf(error)
    // A rename may wait for a busy disk, on whose thread this is: what is known need not be written again.
    const isKnown = this.#note.error === message
    this.#note = { ...this.#note, error: message }
    if (!isKnown) this.#save()
    this.#isHopeless = isFinal(error)
    if (this.#isShutDown) return
    // Runs that failed together are not to come back together.
    const spread = 1 + Math.random() / 2
    const waitMs = this.#isHopeless ? HOPELESS_WAIT_MS : Math.max(this.#waitMs, askedWaitMs(error)) * spread
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#drain()
    }, waitMs)
    this.#timer.unref()
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2)
  }

  /** A last attempt, and the backend's word that it has everything. */
  async close(): Promise<void> {
    // An attempt under way is waited for rather than doubled.
    await this.#busy
    if (this.#isShutDown) return
    if (!this.#isHopeless) await this.#drain()
    clearTimeout(this.#timer)
    if (this.#note.error !== undefined) return
    try {
      await this.exporter.forceFlush()
      this.#note = { ...this.#note, ...this.#refusals(), complete: this.#note.hasRecord }
    } catch (error) {
      this.#note = { ...this.#note, error: messageOf(error) }
    }
    this.#save()
  }

  /** Lets go of the backend. */
  async shutDown(): Promise<void> {
    if (this.#isShutDown) return
    clearTimeout(this.#timer)
    this.#isShutDown = true
    this.#tail.close()
    try {
      await this.exporter.shutdown()
    } catch (error) {
      if (this.#note.complete || this.#note.error !== undefined) return
      this.#note = { ...this.#note, error: messageOf(error) }
      this.#save()
    }
  }

  #save(): void {
    try {
      writeNote(this.#run.directory, this.key, this.#note)
    } catch {
      // A full disk: the cursor stays behind, and what it misses is sent twice, which changes nothing.
    }
  }
}
