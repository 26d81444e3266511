import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import type { MachineFacts, SensorSpec, UnavailableSensor } from '../sensors/sensor.js'

/** Version of the journal's form. A reader refuses a higher one. */
export const JOURNAL_VERSION = 1

/** How the energy of a shared machine is given to this process; see docs/methodology.md. */
export type Scope = 'process' | 'machine'

/** Weight of static (idle) energy that is booked to the process tree. */
export type StaticPolicy = 'none' | 'proportional' | 'capacity' | 'reserved' | 'full'

export type RunStatus = 'running' | 'finished' | 'failed' | 'killed' | 'recovered'

/** First entry of a journal: everything that was decided before the first reading. */
export interface RunEntry {
  readonly type: 'run'
  readonly version: number
  readonly t: 0
  readonly id: string
  readonly name: string
  readonly project: string
  /** Wall clock at `t` = 0, ISO 8601 UTC. All other times are monotonic. */
  readonly startedAt: string
  /** Who writes, so that a later process can tell whether the writer still lives. */
  readonly owner: { readonly pid: number; readonly startTicks?: number; readonly boot?: string }
  readonly samplingIntervalMs: number
  readonly scope: Scope
  readonly staticPolicy: StaticPolicy
  /** Share of the machine reserved for this process by cgroup quota or cpuset, 0 to 1. */
  readonly reservedShare?: number
  /** User's calibration of the machine's idle power, watts. */
  readonly idleWatts?: number
  readonly sensors: readonly SensorSpec[]
  readonly unavailable: readonly UnavailableSensor[]
  /** What to say of drivers that had not answered at the start, unless a `sensors` entry follows. */
  readonly pending?: readonly UnavailableSensor[]
  /** Opt-in sensors that were asked for, e.g. `psys`. */
  readonly optIns: readonly string[]
  readonly usageSource?: string
  readonly machine: MachineFacts
  readonly location: Location
  readonly grid: GridIntensity
  readonly pue: PueFigure
  readonly embodied: boolean
  readonly software: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string | number | boolean>>
}

/** Sensors whose drivers answered only after the start. There is one such entry at most. */
export interface SensorsEntry {
  readonly type: 'sensors'
  readonly t: number
  /** Their raw values follow those of the header's sensors in later ticks; earlier ones are shorter. */
  readonly sensors: readonly SensorSpec[]
  readonly unavailable: readonly UnavailableSensor[]
}

/**
 * Use of one device: our processes, those of others, those nobody can place; 1 if anything ran, 0 if not, null if
 * unknown; our work and all work so far, see `DeviceUse`.
 */
export type DeviceUseReading = readonly [
  ours: number,
  others: number,
  unknown: number,
  busy: 0 | 1 | null,
  ourWork: number,
  allWork: number,
]

/** One round of the sampler: raw values in the order of the run's sensors that are not models. */
export interface TickEntry {
  readonly type: 'tick'
  /** Monotonic nanoseconds since the run began. */
  readonly t: number
  /** Raw values; null = could not be read. */
  readonly r: readonly (number | null)[]
  /** CPU seconds: busy, capacity, tree; null = could not be read. */
  readonly u: readonly [number, number, number] | null
  /** Use of devices such as GPUs, by the `device` of their sensors. */
  readonly d?: Readonly<Record<string, DeviceUseReading>>
  /** Wall clock minus monotonic clock since the start, milliseconds: a step shows suspend or a clock change. */
  readonly w?: number
}

/** A window opens. Counters that are cheap to read are read at that instant; the others are null. */
export interface BeginEntry {
  readonly type: 'begin'
  readonly t: number
  readonly window: number
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly r: readonly (number | null)[]
}

export interface EndEntry {
  readonly type: 'end'
  readonly t: number
  readonly window: number
  readonly r: readonly (number | null)[]
}

/** The user's own numbers (loss, accuracy), belonging to a window or to the run. */
export interface MetricsEntry {
  readonly type: 'metrics'
  readonly t: number
  readonly window?: number
  readonly values: Readonly<Record<string, number>>
}

/** Facts that became known after the start. */
interface ParamsEntry {
  readonly type: 'params'
  readonly t: number
  readonly params: Readonly<Record<string, string | number | boolean>>
}

export interface WarningEntry {
  readonly type: 'warning'
  readonly t: number
  readonly code: string
  readonly message: string
}

/** Intensity of the grid from `t` on: when it applied, not when it was heard of. Times before the run count as 0. */
export interface GridEntry {
  readonly type: 'grid'
  readonly t: number
  /** End of the time that the figure was published for, nanoseconds since the run began; may lie ahead. */
  readonly until: number
  readonly grid: GridIntensity
}

/** Hardware description, gathered outside the measured window. */
export interface HardwareEntry {
  readonly type: 'hardware'
  readonly t: number
  readonly hardware: Readonly<Record<string, unknown>>
}

export interface StopEntry {
  readonly type: 'stop'
  readonly t: number
  readonly status: Exclude<RunStatus, 'running'>
  readonly reason?: string
}

export type JournalEntry =
  | RunEntry
  | SensorsEntry
  | TickEntry
  | BeginEntry
  | EndEntry
  | MetricsEntry
  | ParamsEntry
  | WarningEntry
  | GridEntry
  | HardwareEntry
  | StopEntry
