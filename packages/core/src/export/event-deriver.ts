import { join } from 'node:path'
import type { BeginEntry, EndEntry, JournalEntry, RunEntry, StopEntry } from '../journal/entry.js'
import { EVENTS_FILE } from '../journal/files.js'
import { type DecodeEntry, JournalTail } from '../journal/journal-tail.js'
import { tailSamples } from '../journal/sample-source.js'
import { LiveFigures } from '../tracker/live-figures.js'
import type { WindowFigures } from '../tracker/tracker.js'
import type { WindowEvent } from './exporter.js'
import type { Outbox } from './outbox.js'
import { stretchEnd } from './power-stretches.js'

interface EndedWindow {
  readonly begin: BeginEntry
  readonly end: EndEntry
  readonly metrics: Record<string, number>
}

const spanOf = ({ energyKwh, carbonGrams }: WindowFigures): WindowEvent['figures'] => ({
  ...(energyKwh && { energy_kwh: energyKwh }),
  ...(carbonGrams && { carbon_g: carbonGrams }),
})

/**
 * Makes a run's events from its journal, while it is written or long after, and puts them into the outbox. An event is
 * made when all readings up to its instant are there, and only once: what stands in the outbox is passed over, so that
 * whoever goes on after a dead process adds to what it sent and changes nothing of it.
 */
export class EventDeriver {
  readonly #directory: string
  readonly #outbox: Outbox
  readonly #decode: DecodeEntry | undefined
  readonly #events: JournalTail
  readonly #open = new Map<number, { readonly begin: BeginEntry; readonly metrics: Record<string, number> }>()
  #ended: EndedWindow[] = []
  #run: RunEntry | undefined
  #live: LiveFigures | undefined
  #stop: StopEntry | undefined

  constructor(directory: string, outbox: Outbox, decode?: DecodeEntry) {
    this.#directory = directory
    this.#outbox = outbox
    this.#decode = decode
    this.#events = new JournalTail(join(directory, EVENTS_FILE), decode)
  }

  /** The journal's first entry, once it was read. */
  get run(): RunEntry | undefined {
    return this.#run
  }

  /**
   * Makes what can be made by now.
   *
   * @param settleMs Time for a caller to log metrics to a window that has ended.
   */
  derive(settleMs: number): void {
    for (const entry of this.#events.read()) this.#take(entry)
    if (!this.#run || !this.#live) return
    const reach = Math.max(this.#live.readSamples(), this.#stop?.t ?? 0)
    const settled = this.#stop ? Number.POSITIVE_INFINITY : reach - settleMs * 1e6
    // In the order of time, so that the last totals are the latest.
    const ready = this.#ended.filter(({ end }) => end.t <= settled)
    this.#ended = this.#ended.filter(({ end }) => end.t > settled)
    for (const window of ready) {
      this.#derivePower(window.end.t)
      this.#deriveWindow(window)
    }
    this.#derivePower(reach)
  }

  close(): void {
    this.#events.close()
    this.#live?.close()
  }

  #take(entry: JournalEntry): void {
    if (entry.type === 'run') {
      this.#run ??= entry
      this.#live ??= new LiveFigures(this.#run, tailSamples(this.#directory, this.#run, this.#decode))
    }
    this.#live?.add(entry)
    if (entry.type === 'begin') this.#open.set(entry.window, { begin: entry, metrics: {} })
    else if (entry.type === 'metrics' && entry.window !== undefined) {
      Object.assign(this.#open.get(entry.window)?.metrics ?? {}, entry.values)
    } else if (entry.type === 'end') this.#close(entry)
    else if (entry.type === 'stop') this.#stop ??= entry
  }

  #close(end: EndEntry): void {
    const window = this.#open.get(end.window)
    if (!window || this.#outbox.hasWindow(end.window)) return
    // The metrics are shared with the open window: what is logged after the end still counts until the event is made.
    this.#ended.push({ ...window, end })
  }

  #deriveWindow({ begin, end, metrics }: EndedWindow): void {
    this.#open.delete(begin.window)
    const own = this.#live!.between(begin.t, end.t)
    this.#outbox.append({
      type: 'window',
      timeMs: this.#live!.timeMs(end.t),
      window: begin.window,
      name: begin.name,
      attributes: begin.attributes,
      durationSeconds: own.durationSeconds,
      figures: spanOf(own),
      totals: spanOf(this.#live!.between(0, end.t)),
      metrics,
    })
  }

  #derivePower(until: number): void {
    const { samplingIntervalMs, scope } = this.#run!
    for (;;) {
      const index = this.#outbox.powerCount
      const from = stretchEnd(index - 1, samplingIntervalMs)
      const whole = stretchEnd(index, samplingIntervalMs)
      const end = this.#stop?.t
      // The run's last stretch is shorter than the others.
      const to = end !== undefined && from < end ? Math.min(whole, end) : whole
      if (to > until || (end !== undefined && from >= end)) return
      this.#outbox.append({
        type: 'power',
        timeMs: this.#live!.timeMs(to),
        index,
        durationSeconds: (to - from) / 1e9,
        scope,
        ...this.#live!.stretch(from, to),
      })
    }
  }
}
