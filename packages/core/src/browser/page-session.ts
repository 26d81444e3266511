import { messageOf } from '../errors.js'
import type { RunEvent } from '../export/exporter.js'
import type { JournalEntry, RunEntry, StopEntry, TickEntry } from '../journal/entry.js'
import { sensorsEntry } from '../journal/late-sensors.js'
import { buildRecord } from '../record/build-record.js'
import type { RunRecord, SpanFigures } from '../record/record.js'
import type { LateHardware, PageHardware } from '../sensors/browser/page-hardware.js'
import { PAGE_GPU, pageGpuModel } from '../sensors/browser/page-models.js'
import { openPageUsage, type PageUsage } from '../sensors/browser/page-usage.js'
import { finiteOnly, scalarsOnly } from '../tracker/journalled-values.js'
import { LiveFigures } from '../tracker/live-figures.js'
import { type Edge, type EndedWindow, openWindow, type WindowedRun } from '../tracker/session-window.js'
import type {
  Attributes,
  EnergyWindow,
  StopOutcome,
  Tracker,
  WindowFigures,
  WindowStart,
} from '../tracker/tracker.js'
import { type KeptCopy, keepCopy } from './kept-runs.js'
import { type WatchedPage, watchPage } from './page-activity.js'
import type { PageDelivery } from './page-delivery.js'
import { PageJournal } from './page-journal.js'
import type { PageStorage } from './page-options.js'
import { describePage, surroundingWarnings } from './page-surroundings.js'
import { type PressureWatch, watchPressure } from './pressure.js'
import { runEnded } from './run-announcement.js'

const EXPORT_TIMEOUT_MS = 10_000
const HARDWARE_TIMEOUT_MS = 1000
const MOST_FRESH = 1000

/** Backends of TensorFlow.js that compute on the GPU; whoever else sets the param `backend` may use these words. */
const GPU_BACKENDS: readonly unknown[] = ['webgl', 'webgpu']

export interface PagePlan {
  readonly run: RunEntry
  readonly hardware: PageHardware
  readonly late: Promise<LateHardware>
  readonly exports?: PageDelivery
  readonly keepIn?: PageStorage
}

const spanOf = ({ energyKwh, carbonGrams }: WindowFigures): SpanFigures => ({
  ...(energyKwh && { energy_kwh: energyKwh }),
  ...(carbonGrams && { carbon_g: carbonGrams }),
})

const within = <T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> =>
  Promise.race([work, new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), timeoutMs))])

/** A run of a page: the journal in memory, the machine modelled, everything else as in Node. */
export class PageSession implements Tracker {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly directory = ''
  /** Policies are a matter of config files, which a page has none of: nothing ever aborts it. */
  readonly signal = new AbortController().signal
  readonly #plan: PagePlan
  readonly #beganMs: number
  readonly #journal: PageJournal
  readonly #live: LiveFigures
  readonly #page: WatchedPage
  readonly #usage: PageUsage
  readonly #pressure: PressureWatch
  readonly #copy: KeptCopy | undefined
  readonly #timer: ReturnType<typeof setInterval>
  readonly #windowed: WindowedRun
  /** Ticks that the live figures have not taken yet. */
  #fresh: TickEntry[] = []
  #late: LateHardware | undefined
  #usesGpu: boolean
  #isGpuCounted = false
  #openWindows = 0
  #windows = 0
  #events = 0
  #stopping: Promise<RunRecord | undefined> | undefined
  #stop: StopEntry | undefined

  constructor(plan: PagePlan) {
    const { run, hardware, keepIn } = plan
    this.#plan = plan
    this.id = run.id
    this.name = run.name
    this.project = run.project
    this.#usesGpu = GPU_BACKENDS.includes(run.params.backend)
    this.#journal = new PageJournal(run)
    this.#live = new LiveFigures(run, { read: () => this.#takeFresh(), close: () => {} })
    this.#beganMs = performance.now()
    // Time before and after a change of visibility is told apart.
    this.#page = watchPage(() => this.#tick())
    this.#usage = openPageUsage(this.#page, hardware.threads, run.samplingIntervalMs)
    this.#pressure = watchPressure()
    this.#copy = keepIn && keepCopy(keepIn, this.#journal)
    this.#windowed = this.#asWindowed()
    this.#tick()
    this.#timer = setInterval(() => this.#tick(), run.samplingIntervalMs)
    globalThis.addEventListener?.('pagehide', this.#leave)
    void plan.late.then(late => {
      this.#late = late
      this.#countGpu()
    })
  }

  get isStopped(): boolean {
    return this.#stop !== undefined
  }

  #clock = (): number => Math.round((performance.now() - this.#beganMs) * 1e6)

  #leave = (): void => {
    this.#tick()
    this.#copy?.flush()
  }

  #takeFresh(): readonly JournalEntry[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  #write(entry: JournalEntry): void {
    this.#journal.append(entry)
    if (entry.type === 'tick') this.#fresh.push(entry)
    else this.#live.add(entry)
    // Where nobody asks for figures, the live ones take readings in all the same, and thin them.
    if (this.#fresh.length >= MOST_FRESH) this.#live.readSamples()
    this.#copy?.touch()
  }

  #tick(): number {
    const t = this.#clock()
    if (this.#stop) return t
    const { busySeconds, capacitySeconds, treeSeconds } = this.#usage.read()
    const gpu = this.#isGpuCounted && { d: { [PAGE_GPU]: [1, 0, 0, 1, 0, 0] as const } }
    this.#write({ type: 'tick', t, r: [], u: [busySeconds, capacitySeconds, treeSeconds], ...gpu })
    return t
  }

  /** Once it is known that the page computes on the GPU, and on which. There is one such entry at most. */
  #countGpu(): void {
    if (this.#stop || this.#isGpuCounted || !this.#usesGpu || !this.#late) return
    this.#isGpuCounted = true
    const model = pageGpuModel(this.#late.gpu, this.#plan.run.machine.threads)
    this.#write(sensorsEntry(this.#clock(), { sensors: model ? [model] : [], unavailable: [] }))
  }

  #asWindowed(): WindowedRun {
    return {
      isStopped: () => this.isStopped,
      clock: this.#clock,
      edge: (instantMs, earliest) => this.#edge(instantMs, earliest),
      write: entry => this.#write(entry),
      readNow: () => {},
      readAll: () => this.#tick(),
      figures: (from, to) => this.#figures(from, to),
      ended: window => {
        this.#usage.setWorking(--this.#openWindows > 0)
        // Metrics are usually logged right after the end: the event leaves when the caller has yielded.
        if (this.#plan.exports) setTimeout(() => this.#exportWindow(window), 0)
      },
    }
  }

  #edge(instantMs: number | undefined, earliest: number): Edge {
    const now = this.#tick()
    if (instantMs === undefined || !Number.isFinite(instantMs)) return { t: now, r: [] }
    const t = Math.round((instantMs - this.#beganMs) * 1e6)
    return { t: t < now ? Math.max(t, earliest) : now, r: [] }
  }

  window(name: string, attributes: Attributes = {}, { startedAt }: WindowStart = {}): EnergyWindow {
    const window = openWindow(this.#windowed, ++this.#windows, name, attributes, startedAt)
    if (!this.#stop) this.#usage.setWorking(++this.#openWindows > 0)
    return window
  }

  #figures(from: number, to: () => number | undefined): WindowFigures {
    let until: number | undefined
    try {
      until = to() ?? this.#stop?.t ?? this.#clock()
      return this.#live.between(from, until)
    } catch (error) {
      const reason = messageOf(error)
      this.warn('INTERNAL', `figures could not be computed: ${reason}`)
      return { durationSeconds: ((until ?? this.#clock()) - from) / 1e9 }
    }
  }

  figures(): WindowFigures {
    return this.#figures(0, () => this.#stop?.t ?? this.#tick())
  }

  #push(event: (base: { seq: number; timeMs: number }) => RunEvent): void {
    this.#plan.exports?.push(event({ seq: ++this.#events, timeMs: Date.now() }))
  }

  #exportWindow({ name, attributes, figures, metrics }: EndedWindow): void {
    const own = figures()
    const { durationSeconds } = own
    const totals = spanOf(this.figures())
    this.#push(base => ({
      ...base,
      type: 'window',
      name,
      attributes,
      durationSeconds,
      figures: spanOf(own),
      totals,
      metrics: { ...metrics },
    }))
  }

  logMetrics(values: Readonly<Record<string, number>>): void {
    if (!this.#stop) this.#write({ type: 'metrics', t: this.#clock(), values: finiteOnly(values) })
  }

  setParams(params: Attributes): void {
    if (this.#stop) return
    const scalars = scalarsOnly(params)
    this.#write({ type: 'params', t: this.#clock(), params: scalars })
    this.#usesGpu ||= GPU_BACKENDS.includes(scalars.backend)
    this.#countGpu()
  }

  warn(code: string, message: string): void {
    if (!this.#stop)
      this.#write({ type: 'warning', t: this.#clock(), code: String(code), message: String(message) })
  }

  #end({ status = 'finished', reason }: StopOutcome): RunRecord | undefined {
    this.#countGpu()
    const pressure = this.#pressure.peak()
    for (const warning of surroundingWarnings(this.#clock() / 1e9, this.#usage, pressure))
      this.warn(...warning)
    const t = this.#tick()
    const stop: StopEntry = { type: 'stop', t, status, ...(reason !== undefined && { reason }) }
    this.#journal.append(stop)
    this.#journal.append({
      type: 'hardware',
      t,
      hardware: describePage(this.#plan.hardware, this.#late, pressure),
    })
    this.#stop = stop
    clearInterval(this.#timer)
    globalThis.removeEventListener?.('pagehide', this.#leave)
    this.#page.close()
    this.#pressure.close()
    try {
      const record = buildRecord(this.#journal.run, this.#journal.entries())
      this.#copy?.drop()
      return record
    } catch {
      // The copy, if there is one, stays for `recoverPageRuns`.
      this.#copy?.flush()
      return undefined
    } finally {
      runEnded(this)
    }
  }

  stop(outcome: StopOutcome = {}): Promise<RunRecord | undefined> {
    this.#stopping ??= this.#finish(outcome)
    return this.#stopping
  }

  async #finish(outcome: StopOutcome): Promise<RunRecord | undefined> {
    if (this.#stop) return undefined
    // A GPU that is used must not be left out because the run was short.
    if (this.#usesGpu) await within(this.#plan.late, HARDWARE_TIMEOUT_MS)
    const record = this.#end(outcome)
    if (record) await this.#exportRecord(record)
    return record
  }

  async #exportRecord(record: RunRecord): Promise<void> {
    const { exports } = this.#plan
    if (!exports) return
    this.#push(base => ({ ...base, type: 'record', record, directory: '' }))
    for (const failure of await exports.finish(EXPORT_TIMEOUT_MS)) console.warn(`epochwatt: ${failure}`)
  }

  stopNow(outcome: StopOutcome): RunRecord | undefined {
    if (this.#stop) return undefined
    return this.#end(outcome)
  }
}
