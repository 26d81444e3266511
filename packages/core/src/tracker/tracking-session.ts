import { join } from 'node:path'
import type { ExportScheduler } from '../export/export-scheduler.js'
import type { RunEvent } from '../export/exporter.js'
import { GridPoller, type LiveGrid } from '../grid/live/grid-poller.js'
import { hardwareOnce } from '../hardware/hardware-once.js'
import type { JournalEntry, RunEntry, StopEntry } from '../journal/entry.js'
import { EVENTS_FILE, SAMPLES_FILE } from '../journal/files.js'
import { JournalWriter } from '../journal/journal-writer.js'
import { sensorsEntry, withoutSettings } from '../journal/late-sensors.js'
import { readJournal } from '../journal/read-journal.js'
import { loadZod } from '../lazy-zod.js'
import type { RunRecord, SpanFigures } from '../record/record.js'
import { startInlineSampler } from '../sampler/inline-sampler.js'
import { rawOf, readTick, type Sampler } from '../sampler/sampler.js'
import { startWorkerSampler } from '../sampler/worker-sampler.js'
import { openSensors } from '../sensors/openers.js'
import type { DeferredProbe, OpenSensor, ProbeEnvironment } from '../sensors/sensor.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import type { UsageSource } from '../sensors/usage/usage.js'
import { recordOfJournal, recoverRuns } from '../store/recover-runs.js'
import { closeRun } from '../store/run-store.js'
import { unwatchExit, watchExit } from './exit-watch.js'
import { LiveFigures } from './live-figures.js'
import type {
  Attributes,
  EnergyWindow,
  StopOutcome,
  Tracker,
  WindowEnd,
  WindowFigures,
  WindowStart,
} from './tracker.js'

/** How long `stop` waits for each of: the sampler's last entry, the hardware description, the grid's last figures, the exporters. */
const SAMPLER_TIMEOUT_MS = 500
/** How long a figure waits for readings that only the sampler's thread can take. Usually a few milliseconds. */
const READING_TIMEOUT_MS = 50
const HARDWARE_TIMEOUT_MS = 3000
const GRID_TIMEOUT_MS = 3000
const EXPORT_TIMEOUT_MS = 10_000

/** Everything that was decided before the first reading. */
export interface SessionPlan {
  readonly run: RunEntry
  readonly directory: string
  readonly dir: string
  readonly environment: ProbeEnvironment
  /** What the sampler's thread has yet to ask. */
  readonly deferred: readonly DeferredProbe[]
  /** Whom to ask for the intensity of the grid meanwhile. */
  readonly live?: LiveGrid
  readonly exports?: ExportScheduler
}

const finiteOnly = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => Number.isFinite(value)))

/** JSON has no word for NaN, and a callback without types may pass anything. */
const isScalar = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' || typeof value === 'boolean'

/** What the journal cannot hold is left out, not thrown at a training. */
const scalarsOnly = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes ?? {}).filter(([, value]) => isScalar(value)))

const spanOf = ({ energyKwh, carbonGrams }: WindowFigures): SpanFigures => ({
  ...(energyKwh && { energy_kwh: energyKwh }),
  ...(carbonGrams && { carbon_g: carbonGrams }),
})

/** A run that is being tracked. Holds the sampler, the journal and the open windows; see `Tracker` for the contract. */
export class TrackingSession implements Tracker {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly directory: string
  readonly #plan: SessionPlan
  /** The instant from which the run's times count: that of its first reading. */
  readonly #beganNs: bigint
  /** The same instant on the clock that callers have, `performance.now()`. */
  readonly #beganMs: number
  readonly #journal: JournalWriter
  /** Places as in the journal's `r`; only these are read at a window's edge. */
  readonly #boundarySensors: readonly (OpenSensor | undefined)[]
  readonly #sensors: readonly OpenSensor[]
  readonly #usage: UsageSource | undefined
  readonly #live: LiveFigures
  readonly #grid: GridPoller | undefined
  #sampler: Sampler
  #windows = 0
  #events = 0
  #stopping: Promise<RunRecord | undefined> | undefined
  #stop: StopEntry | undefined

  /** @throws the file system's error when the journal cannot be created. */
  constructor(plan: SessionPlan) {
    const { run, directory, environment } = plan
    this.#plan = plan
    this.id = run.id
    this.name = run.name
    this.project = run.project
    this.directory = directory
    this.#journal = new JournalWriter(join(directory, EVENTS_FILE))
    // Paths of this machine stay on it.
    this.#journal.append({ ...run, sensors: run.sensors.map(withoutSettings) })
    const samplesPath = join(directory, SAMPLES_FILE)
    this.#live = new LiveFigures(run, samplesPath)
    this.#sensors = openSensors(run.sensors, environment)
    this.#boundarySensors = this.#sensors.map(sensor => (sensor.spec.readAtBoundary ? sensor : undefined))
    this.#usage = openUsageSource(environment)
    // In this order: what a caller dates after an edge must not come out before it.
    this.#beganMs = performance.now()
    this.#beganNs = process.hrtime.bigint()
    this.#tick()
    this.#sampler = this.#startSampler(samplesPath)
    this.#grid = this.#startGrid()
    watchExit(this)
  }

  get isStopped(): boolean {
    return this.#stop !== undefined
  }

  #clock = (): number => Number(process.hrtime.bigint() - this.#beganNs)

  #startSampler(samplesPath: string): Sampler {
    const { run, environment, deferred } = this.#plan
    try {
      return startWorkerSampler(
        {
          sensors: run.sensors,
          deferred,
          environment,
          intervalMs: run.samplingIntervalMs,
          beganNs: this.#beganNs,
          samplesPath,
        },
        error => this.#replaceSampler(error),
      )
    } catch (error) {
      return this.#inlineSampler(error)
    }
  }

  #startGrid(): GridPoller | undefined {
    const { live, dir } = this.#plan
    if (!live) return undefined
    return new GridPoller({
      ...live,
      dir,
      startedAtMs: Date.now() - this.#clock() / 1e6,
      clock: this.#clock,
      write: entry => this.#write(entry),
      // Its last round comes after the stop, when `warn` takes nothing any more.
      warn: (code, message) =>
        this.#write({ type: 'warning', t: this.#stop?.t ?? this.#clock(), code, message }),
    })
  }

  #replaceSampler(error: unknown): void {
    if (this.#stop) return
    this.#sampler = this.#inlineSampler(error)
  }

  #inlineSampler(error: unknown): Sampler {
    const reason = error instanceof Error ? error.message : String(error)
    this.warn('SAMPLER_INLINE', `no thread for sampling (${reason}); a blocked event loop delays readings`)
    const { samplingIntervalMs } = this.#plan.run
    const { deferred } = this.#plan
    if (deferred.length > 0) {
      // Of two such entries the first counts: that of a thread that failed later stays.
      const why = 'its driver may take seconds to answer, and there is no thread that could wait for it'
      const unavailable = deferred.map(({ unanswered }) => ({ ...unanswered, reason: why }))
      this.#write(sensorsEntry(this.#clock(), { sensors: [], unavailable }))
    }
    return startInlineSampler(
      entry => this.#write(entry),
      this.#clock,
      this.#sensors,
      this.#usage,
      samplingIntervalMs,
    )
  }

  #write(entry: JournalEntry): void {
    this.#journal.append(entry)
    this.#live.add(entry)
  }

  /** A full round on this thread, so that figures asked for now reach to now. */
  #tick(): number {
    const entry = readTick(this.#clock, this.#sensors, this.#usage)
    this.#write(entry)
    return entry.t
  }

  /** The same for the sensors of both threads. */
  #readAll(): number {
    this.#sampler.readNow(READING_TIMEOUT_MS)
    return this.#tick()
  }

  #readBoundary(): (number | null)[] {
    return this.#boundarySensors.map(rawOf)
  }

  #push(event: (base: { seq: number; timeMs: number }) => RunEvent): void {
    this.#plan.exports?.push(event({ seq: ++this.#events, timeMs: Date.now() }))
  }

  /** A window's edge: here and now with its readings, or at an instant of the past, where nothing can be read. */
  #edge(
    instantMs: number | undefined,
    earliest: number,
  ): { readonly t: number; readonly r: (number | null)[] } {
    const now = this.#clock()
    if (instantMs !== undefined && Number.isFinite(instantMs)) {
      const t = Math.round((instantMs - this.#beganMs) * 1e6)
      if (t < now) return { t: Math.max(t, earliest), r: [] }
    }
    return { t: now, r: this.#readBoundary() }
  }

  window(name: string, attributes: Attributes = {}, { startedAt }: WindowStart = {}): EnergyWindow {
    const window = ++this.#windows
    const { t: from, r } = this.#stop ? { t: this.#clock(), r: [] } : this.#edge(startedAt, 0)
    if (!this.#stop) {
      this.#write({
        type: 'begin',
        t: from,
        window,
        name: String(name),
        attributes: scalarsOnly(attributes),
        r,
      })
      if (r.length > 0) this.#sampler.readNow(0)
    }
    let to: number | undefined = this.#stop ? from : undefined
    let coveredTo = 0
    const metrics: Record<string, number> = {}
    const figures = (): WindowFigures =>
      this.#guard(
        () => {
          // What ended before the last full reading needs no new one; what is still open, or ended since, does.
          if (!this.#stop && (to === undefined || coveredTo < to)) coveredTo = this.#readAll()
          return this.#live.between(from, to ?? this.#stop?.t ?? coveredTo)
        },
        { durationSeconds: ((to ?? this.#clock()) - from) / 1e9 },
      )
    return {
      name,
      logMetrics: values => {
        const finite = finiteOnly(values)
        Object.assign(metrics, finite)
        if (!this.#stop) this.#write({ type: 'metrics', t: this.#clock(), window, values: finite })
      },
      end: ({ endedAt }: WindowEnd = {}) => {
        if (to !== undefined || this.#stop) return
        const edge = this.#edge(endedAt, from)
        to = edge.t
        this.#write({ type: 'end', t: to, window, r: edge.r })
        if (edge.r.length > 0) this.#sampler.readNow(0)
        if (!this.#plan.exports) return
        // Metrics are usually logged right after the end: the event leaves when the caller has yielded.
        setImmediate(() => this.#exportWindow(name, attributes, figures, metrics)).unref?.()
      },
      figures,
    }
  }

  #exportWindow(
    name: string,
    attributes: Attributes,
    figures: () => WindowFigures,
    metrics: Record<string, number>,
  ): void {
    const own = figures()
    this.#push(base => ({
      ...base,
      type: 'window',
      name,
      attributes,
      durationSeconds: own.durationSeconds,
      figures: spanOf(own),
      totals: spanOf(this.figures()),
      metrics: { ...metrics },
    }))
  }

  logMetrics(values: Readonly<Record<string, number>>): void {
    if (!this.#stop) this.#write({ type: 'metrics', t: this.#clock(), values: finiteOnly(values) })
  }

  setParams(params: Attributes): void {
    if (!this.#stop) this.#write({ type: 'params', t: this.#clock(), params: scalarsOnly(params) })
  }

  warn(code: string, message: string): void {
    if (!this.#stop)
      this.#write({ type: 'warning', t: this.#clock(), code: String(code), message: String(message) })
  }

  figures(): WindowFigures {
    return this.#guard(() => this.#live.between(0, this.#stop?.t ?? this.#readAll()), {
      durationSeconds: this.#clock() / 1e9,
    })
  }

  /** Our own failures end here: a training must not see them. */
  #guard<T>(work: () => T, otherwise: T): T {
    try {
      return work()
    } catch (error) {
      this.warn(
        'INTERNAL',
        `figures could not be computed: ${error instanceof Error ? error.message : String(error)}`,
      )
      return otherwise
    }
  }

  /** The last reading and the stop entry; after this the run is over whatever else happens. */
  #end({ status = 'finished', reason }: StopOutcome): void {
    const t = this.#readAll()
    const stop: StopEntry = { type: 'stop', t, status, ...(reason !== undefined && { reason }) }
    this.#journal.append(stop)
    this.#stop = stop
    unwatchExit(this)
  }

  #closeJournal(): RunRecord | undefined {
    for (const sensor of this.#sensors) sensor.close()
    this.#usage?.close()
    this.#live.close()
    this.#journal.close()
    try {
      const record = recordOfJournal(readJournal(this.directory))
      closeRun(this.#plan.dir, record)
      return record
    } catch {
      // The journal stays, and with it the mark of an open run: the next start tries again.
      return undefined
    }
  }

  stop(outcome: StopOutcome = {}): Promise<RunRecord | undefined> {
    this.#stopping ??= this.#finish(outcome)
    return this.#stopping
  }

  async #finish(outcome: StopOutcome): Promise<RunRecord | undefined> {
    if (this.#stop) return undefined
    this.#end(outcome)
    await Promise.all([this.#sampler.stop(SAMPLER_TIMEOUT_MS), loadZod()])
    const [hardware] = await Promise.all([
      hardwareOnce(HARDWARE_TIMEOUT_MS),
      this.#grid?.finish(GRID_TIMEOUT_MS),
    ])
    this.#journal.append({ type: 'hardware', t: this.#clock(), hardware })
    const record = this.#closeJournal()
    if (record) await this.#exportRecord(record)
    this.#recoverOthers()
    return record
  }

  async #exportRecord(record: RunRecord): Promise<void> {
    const { exports } = this.#plan
    if (!exports) return
    this.#push(base => ({ ...base, type: 'record', record, directory: this.directory }))
    for (const { name, waiting, error } of await exports.finish(EXPORT_TIMEOUT_MS)) {
      if (error !== undefined) {
        process.emitWarning(
          `exporter ${name} did not deliver ${waiting} event(s): ${error}. The run is in ${this.directory}.`,
          {
            code: 'EPOCHWATT_EXPORT',
          },
        )
      }
    }
  }

  /** Runs that others left unfinished are finished now, when nothing is being measured any more. */
  #recoverOthers(): void {
    try {
      recoverRuns(this.#plan.dir)
    } catch {
      // They stay as they are for `epochwatt recover`.
    }
  }

  stopNow(outcome: StopOutcome): RunRecord | undefined {
    if (this.#stop) return undefined
    this.#end(outcome)
    this.#grid?.stop()
    this.#sampler.stopNow(SAMPLER_TIMEOUT_MS)
    return this.#closeJournal()
  }
}
