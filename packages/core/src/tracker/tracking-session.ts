import { join } from 'node:path'
import { messageOf } from '../errors.js'
import { exportedRun } from '../export/exporter.js'
import type { Delivery } from '../export/start-delivery.js'
import { warnOfOutcomes } from '../export/warn-of-outcomes.js'
import { followGrids, type GridFollower } from '../grid/live/follow-grids.js'
import type { ClockReading } from '../grid/live/wall-axis.js'
import { hardwareOnce } from '../hardware/hardware-once.js'
import type { JournalEntry, RunEntry, StopEntry } from '../journal/entry.js'
import { EVENTS_FILE } from '../journal/files.js'
import { withoutSettings } from '../journal/late-sensors.js'
import { openJournal } from '../journal/read-journal.js'
import { tailSamples } from '../journal/sample-source.js'
import { loadZod } from '../lazy-zod.js'
import type { RunRecord } from '../record/record.js'
import { OTHER_CLOCKS } from '../sampler/clock-watch.js'
import { rawOf, readTick, type Sampler } from '../sampler/sampler.js'
import type { MeterThread } from '../sensors/meters/start-meter-thread.js'
import { openSensors } from '../sensors/openers.js'
import type { OpenSensor } from '../sensors/sensor.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import type { UsageSource } from '../sensors/usage/usage.js'
import { UnhurriedJournal } from '../slow-disk/unhurried-journal.js'
import { recordOfJournal, recoverRuns } from '../store/recover-runs.js'
import { closeRun } from '../store/run-store.js'
import { unwatchExit, watchExit } from './exit-watch.js'
import { finiteOnly, scalarsOnly } from './journalled-values.js'
import { LiveFigures } from './live-figures.js'
import { startSessionMeters } from './session-meters.js'
import { type SessionPlace, startSessionPlace } from './session-place.js'
import type { SessionPlan } from './session-plan.js'
import { takeSessionSeat } from './session-ranks.js'
import { startSessionSampler } from './session-sampler.js'
import { type Edge, openWindow, type WindowedRun } from './session-window.js'
import type { Attributes, EnergyWindow, StopOutcome, Tracker, WindowFigures, WindowStart } from './tracker.js'

/** How long `stop` waits for each of: the sampler's last entry, last readings of meters, the hardware description, the grid's last figures, the exporters. */
const SAMPLER_TIMEOUT_MS = 500
/** How long a figure waits for readings that only the sampler's thread can take. Usually a few milliseconds. */
const READING_TIMEOUT_MS = 50
const METER_TIMEOUT_MS = 1500
const HARDWARE_TIMEOUT_MS = 3000
const GRID_TIMEOUT_MS = 3000
const EXPORT_TIMEOUT_MS = 10_000

/** A run that is being tracked. Holds the sampler, the journal and the open windows; see `Tracker` for the contract. */
export class TrackingSession implements Tracker {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly directory: string
  readonly #plan: SessionPlan
  readonly #wish = new AbortController()
  /** The instant from which the run's times count: that of its first reading. */
  readonly #beganNs: bigint
  /** The same instant on the clock that callers have, `performance.now()`. */
  readonly #beganMs: number
  readonly #journal: UnhurriedJournal
  /** Places as in the journal's `r`; only these are read at a window's edge. */
  readonly #boundarySensors: readonly (OpenSensor | undefined)[]
  readonly #sensors: readonly OpenSensor[]
  readonly #usage: UsageSource | undefined
  readonly #live: LiveFigures
  readonly #delivery: Delivery | undefined
  readonly #grid: GridFollower | undefined
  readonly #sampler: Sampler
  readonly #meters: MeterThread | undefined
  readonly #place: SessionPlace | undefined
  readonly #windowed: WindowedRun
  #windows = 0
  #stopping: Promise<RunRecord | undefined> | undefined
  #stop: StopEntry | undefined

  /** @throws the file system's error when the journal cannot be created. */
  constructor(plan: SessionPlan) {
    const { directory, environment } = plan
    this.#plan = plan
    this.id = plan.run.id
    this.name = plan.run.name
    this.project = plan.run.project
    this.directory = directory
    this.#journal = new UnhurriedJournal(join(directory, EVENTS_FILE))
    this.#sensors = openSensors(plan.run.sensors, environment)
    this.#boundarySensors = this.#sensors.map(sensor => (sensor.spec.readAtBoundary ? sensor : undefined))
    this.#usage = openUsageSource(environment)
    // In this order: what a caller dates after an edge must not come out before it.
    this.#beganMs = performance.now()
    this.#beganNs = process.hrtime.bigint()
    const began = { wallMs: OTHER_CLOCKS.wallMs(), uptimeMs: OTHER_CLOCKS.uptimeMs() }
    const notes: (readonly [code: string, message: string])[] = []
    // Before the first reading: others must know of all time that is counted here.
    const seat = takeSessionSeat(plan, this.#beganNs, (...note) => notes.push(note))
    const first = readTick(this.#clock, this.#sensors, this.#usage)
    // Only now: a slow disk must not come between the beginning and the first reading.
    const run: RunEntry = { ...plan.run, startedAt: new Date(began.wallMs).toISOString() }
    // Paths of this machine stay on it.
    this.#journal.append({ ...run, sensors: run.sensors.map(withoutSettings) })
    this.#live = new LiveFigures(run, tailSamples(directory, run))
    this.#write(first)
    for (const [code, message] of notes) this.warn(code, message)
    this.#delivery = plan.deliver?.(exportedRun(run))
    const surroundings = {
      plan,
      seat,
      beganNs: this.#beganNs,
      clock: this.#clock,
      write: (entry: JournalEntry) => this.#write(entry),
      warn: (code: string, message: string) => this.warn(code, message),
    }
    this.#sampler = startSessionSampler({
      ...surroundings,
      sensors: this.#sensors,
      usage: this.#usage,
      isDiskSlow: this.#journal.isSlow,
    })
    this.#meters = startSessionMeters(surroundings)
    this.#place = startSessionPlace(plan.place, this.#clock, surroundings.write)
    this.#windowed = this.#asWindowed()
    this.#grid = this.#startGrid(began)
    watchExit(this)
  }

  get isStopped(): boolean {
    return this.#stop !== undefined
  }

  get signal(): AbortSignal {
    return this.#wish.signal
  }

  /** Asks whoever does the work to end it. */
  requestStop(reason: string): void {
    this.#wish.abort(reason)
  }

  #clock = (): number => Number(process.hrtime.bigint() - this.#beganNs)

  #startGrid(startedAt: ClockReading): GridFollower | undefined {
    const { live, dir } = this.#plan
    if (!live) return undefined
    return followGrids(live, {
      dir,
      startedAt,
      clock: this.#clock,
      write: entry => this.#write(entry),
      // Its last round comes after the stop, when `warn` takes nothing any more.
      warn: (code, message) =>
        this.#write({ type: 'warning', t: this.#stop?.t ?? this.#clock(), code, message }),
    })
  }

  #write(entry: JournalEntry): void {
    this.#journal.append(entry)
    this.#live.add(entry)
  }

  /** A full round on this thread, so that figures asked for now reach to now. */
  #tick(): number {
    const entry = readTick(this.#clock, this.#sensors, this.#readableUsage())
    this.#write(entry)
    return entry.t
  }

  /** Once the sampler's thread follows our descendants, nobody else does: two readers would not agree about them. */
  #readableUsage(): Pick<UsageSource, 'read'> | undefined {
    const usage = this.#usage
    return this.#sampler?.kind === 'worker' && usage?.readOwn ? { read: usage.readOwn } : usage
  }

  /** The same for the sensors of both threads. */
  #readAll({ isLast = false } = {}): number {
    this.#sampler.readNow(READING_TIMEOUT_MS, isLast)
    return this.#tick()
  }

  #readBoundary(): (number | null)[] {
    return this.#boundarySensors.map(rawOf)
  }

  /** A window's edge: here and now with its readings, or at an instant of the past, where nothing can be read. */
  #edge(instantMs: number | undefined, earliest: number): Edge {
    const now = this.#clock()
    if (instantMs !== undefined && Number.isFinite(instantMs)) {
      const t = Math.round((instantMs - this.#beganMs) * 1e6)
      if (t < now) return { t: Math.max(t, earliest), r: [] }
    }
    return { t: now, r: this.#readBoundary() }
  }

  #asWindowed(): WindowedRun {
    return {
      isStopped: () => this.isStopped,
      clock: this.#clock,
      edge: (instantMs, earliest) => this.#edge(instantMs, earliest),
      write: entry => this.#write(entry),
      readNow: () => this.#sampler.readNow(0),
      readAll: () => this.#readAll(),
      figures: (from, to) => this.#figures(from, to),
      ended: () => {
        // Metrics are usually logged right after the end: the event is made when the caller has yielded.
        if (this.#delivery?.derivesHere) setImmediate(() => this.#deliver()).unref?.()
      },
    }
  }

  #deliver(): void {
    this.#guard(
      () => {
        if (!this.#stop) this.#readAll()
        this.#delivery?.update()
      },
      () => {},
    )
  }

  #figures(from: number, to: () => number | undefined): WindowFigures {
    let until: number | undefined
    return this.#guard(
      () => {
        until = to() ?? this.#stop?.t ?? this.#clock()
        return this.#live.between(from, until)
      },
      () => ({ durationSeconds: ((until ?? this.#clock()) - from) / 1e9 }),
    )
  }

  window(name: string, attributes: Attributes = {}, { startedAt }: WindowStart = {}): EnergyWindow {
    return openWindow(this.#windowed, ++this.#windows, name, attributes, startedAt)
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
    return this.#figures(0, () => this.#stop?.t ?? this.#readAll())
  }

  /** Our own failures end here: a training must not see them. */
  #guard<T>(work: () => T, otherwise: () => T): T {
    try {
      return work()
    } catch (error) {
      this.warn('INTERNAL', `figures could not be computed: ${messageOf(error)}`)
      return otherwise()
    }
  }

  /** The last reading and the stop entry; after this the run is over whatever else happens. */
  #end({ status = 'finished', reason }: StopOutcome): void {
    const t = this.#readAll({ isLast: true })
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
      const record = recordOfJournal(openJournal(this.directory))
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
    await Promise.all([
      this.#sampler.stop(SAMPLER_TIMEOUT_MS),
      this.#meters?.stop(METER_TIMEOUT_MS),
      this.#place?.finish(),
      loadZod(),
    ])
    const [hardware] = await Promise.all([
      hardwareOnce(HARDWARE_TIMEOUT_MS),
      this.#grid?.finish(GRID_TIMEOUT_MS),
    ])
    this.#journal.append({ type: 'hardware', t: this.#clock(), hardware })
    const record = this.#closeJournal()
    if (record) warnOfOutcomes(this, (await this.#delivery?.finish(EXPORT_TIMEOUT_MS)) ?? [])
    else this.#delivery?.abandon()
    this.#recoverOthers()
    return record
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
    this.#meters?.stopNow(SAMPLER_TIMEOUT_MS)
    this.#delivery?.abandon()
    return this.#closeJournal()
  }
}
