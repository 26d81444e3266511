import type { DecodeEntry } from '../journal/journal-tail.js'
import { within } from '../within.js'
import { outboxPath } from './delivery-note.js'
import { EventDeriver } from './event-deriver.js'
import type { ExportedRun, RunExporter } from './exporter.js'
import { Lane, readRecordFile } from './lane.js'
import { Outbox } from './outbox.js'
import { undeliveredOf } from './undelivered.js'

/** What became of an exporter by the end of a run. */
export interface ExportOutcome {
  /** Name of its note beside the journal. */
  readonly key: string
  readonly name: string
  /** Events that the backend has. */
  readonly delivered: number
  /** Events that wait beside the journal, for `epochwatt sync`. */
  readonly waiting: number
  readonly error?: string
  /** Things that the backend will never take as they are. */
  readonly refused?: number
}

export interface DeliveryOptions {
  readonly directory: string
  readonly run: ExportedRun
  /** How journal lines are read; without a schema by default, since this process writes them. */
  readonly decode?: DecodeEntry
  /** Time for a caller to log metrics to a window that has ended. */
  readonly settleMs?: number
}

/** An exporter with the name of its note. */
export interface KeyedExporter {
  readonly key: string
  readonly exporter: RunExporter
}

/** How long an exporter may take to let go of its backend, within the time given for the end. */
const SHUTDOWN_SHARE = 0.2

/**
 * Delivers one run's events to exporters, on whichever thread, in the training's process or later. The events come from
 * the journal; each exporter has a cursor of its own, so that one that is down or slow holds up nobody.
 */
export class RunDelivery {
  readonly #options: DeliveryOptions
  readonly #lanes: Lane[] = []
  #deriver: EventDeriver | undefined
  #outbox: Outbox | undefined

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** From now on this one makes the events, not only sends them. Where nothing can be written, there are none. */
  takeOver(): void {
    if (this.#deriver) return
    try {
      this.#outbox = new Outbox(outboxPath(this.#options.directory))
      this.#deriver = new EventDeriver(this.#options.directory, this.#outbox, this.#options.decode)
    } catch {
      // The journal is there; `epochwatt sync` makes the events when there is room again.
    }
  }

  add({ key, exporter }: KeyedExporter): void {
    const lane = new Lane(exporter, key, this.#options)
    this.#lanes.push(lane)
    lane.poke()
  }

  /** Makes the events that are due and sends them. */
  update(): void {
    this.#derive(this.#options.settleMs ?? 0)
    for (const lane of this.#lanes) lane.poke()
  }

  #derive(settleMs: number): void {
    try {
      this.#deriver?.derive(settleMs)
    } catch {
      // Our own failure must not end the delivery of what is there; the next round tries again.
    }
  }

  /** The run is over and its record written: makes the last events. */
  complete(): void {
    this.#derive(0)
    this.#appendRecord()
    this.#deriver?.close()
    this.#outbox?.close()
    this.#deriver = undefined
  }

  #appendRecord(): void {
    if (!this.#outbox || this.#outbox.hasRecord) return
    try {
      const record = readRecordFile(this.#options.directory)
      this.#outbox.append({ type: 'record', timeMs: Date.parse(record.ended_at) })
    } catch {
      // Without a record the run is not over for its backends; `epochwatt sync` makes up for it.
    }
  }

  /** Tries to deliver what is left and shuts down; returns after `timeoutMs` at the latest. Never rejects. */
  async finish(timeoutMs: number): Promise<ExportOutcome[]> {
    const { directory } = this.#options
    const began = performance.now()
    await within(Promise.all(this.#lanes.map(lane => lane.close())), timeoutMs * (1 - SHUTDOWN_SHARE))
    const left = timeoutMs - (performance.now() - began)
    await within(Promise.all(this.#lanes.map(lane => lane.shutDown())), Math.max(0, left))
    return this.#lanes.map(({ key, exporter, note }) => {
      const waiting = undeliveredOf(directory, note)
      const error = note.error ?? (waiting > 0 ? `no answer within ${timeoutMs} ms` : undefined)
      return {
        key,
        name: exporter.name,
        delivered: note.delivered,
        waiting,
        ...(error !== undefined && { error }),
        ...(note.refused && { refused: note.refused.count }),
      }
    })
  }
}
