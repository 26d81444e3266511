import type { FootprintChoices } from '../footprint/footprint-choices.js'
import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import type { MachineFacts, SensorSpec, UnavailableSensor } from '../sensors/sensor.js'

/** Version of the journal's form. A reader refuses a higher one. */
export const JOURNAL_VERSION = 1

/** Processor time that nobody could read, as in a page: models may stand on it, figures of its own it has none. */
export const GUESSED_USAGE = 'guessed'

/** How the energy of a shared machine is given to this process; see docs/methodology.md. */
export type Scope = 'process' | 'machine'

/** Weight of static (idle) energy that is booked to the process tree. */
export type StaticPolicy = 'none' | 'proportional' | 'capacity' | 'equal' | 'reserved' | 'full'

/**
 * `failed`: stopped as failed, or ended by an error or a signal. `killed`: its process died without a
 * word, and its record was made from the journal. `recovered`: the same of a page.
 */
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
  /** Memory that a cgroup lets this process have, where that is less than the machine's. */
  readonly memoryLimitBytes?: number
  /** User's calibration of the machine's idle power, watts. */
  readonly idleWatts?: number
  readonly sensors: readonly SensorSpec[]
  readonly unavailable: readonly UnavailableSensor[]
  /** What to say of drivers that had not answered at the start, unless a `sensors` entry follows. */
  readonly pending?: readonly UnavailableSensor[]
  /** Opt-in sensors that were asked for, e.g. `psys`. */
  readonly optIns: readonly string[]
  /** `GUESSED_USAGE`, or nothing where processor time was read. */
  readonly usageSource?: string
  readonly machine: MachineFacts
  readonly location: Location
  readonly grid: GridIntensity
  readonly pue: PueFigure
  readonly embodied: boolean
  /** What the user states of the footprint beyond place and building. */
  readonly footprint?: FootprintChoices
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

/** Where the machine is, known only after the start: it replaces what the header says. There is one such entry at most. */
export interface PlaceEntry {
  readonly type: 'place'
  readonly t: number
  readonly location: Location
  readonly grid: GridIntensity
  readonly pue: PueFigure
  /** Models that stand on what was learnt of the machine. They have no place in the readings. */
  readonly models: readonly SensorSpec[]
}

/** Another process of the same job on the same machine. */
export interface OtherRank {
  /** When it was there, nanoseconds since this run began; without an end it still is. */
  readonly from: number
  readonly to?: number
  /** Accelerators that it counts, by the `device` of their sensors. */
  readonly boards: readonly string[]
  readonly scope: Scope
  readonly staticPolicy: StaticPolicy
  /** This run's processes started it: its work is in this run's, too. */
  readonly nested?: boolean
}

/** The ranks of a job on this machine, as this one knows them; the last such entry counts. */
export interface RanksEntry {
  readonly type: 'ranks'
  readonly t: number
  /** Whether this rank is the one that asks what is asked once for all of them. */
  readonly owner: boolean
  readonly others: readonly OtherRank[]
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

/**
 * CPU seconds: busy, capacity, tree, and the descendants' part of the tree. The latter null: this reader does not follow
 * descendants, and they are not in `tree`; absent: they are not told apart.
 */
export type UsageSample =
  | readonly [busy: number, capacity: number, tree: number]
  | readonly [busy: number, capacity: number, tree: number, descendants: number | null]

/** Means of gauges that are asked more often than the journal is written. */
export interface GaugeMeans {
  /** Start of the time that they are means of, which ends with the tick; nanoseconds since the run began. */
  readonly since: number
  /** Raw values by place in `r`. */
  readonly raw: Readonly<Record<string, number>>
}

/** One round of the sampler: raw values in the order of the run's sensors that are not models. */
export interface TickEntry {
  readonly type: 'tick'
  /** Monotonic nanoseconds since the run began. */
  readonly t: number
  /** Raw values; null = could not be read. */
  readonly r: readonly (number | null)[]
  /** Null = could not be read. */
  readonly u: UsageSample | null
  readonly m?: GaugeMeans
  /** Version of the control group by which descendants were counted since the last tick; absent: by `/proc`. */
  readonly g?: 1 | 2
  /** Processes at work since the last count: ours, all. */
  readonly p?: readonly [ours: number, all: number]
  /** Memory of the process tree, bytes, where it is more than in any tick before. */
  readonly k?: number
  /** Part of the time in which anything ran on a device that only our processes had open, percent; asked now and then. */
  readonly b?: Readonly<Record<string, number>>
  /** Use of devices such as GPUs, by the `device` of their sensors. */
  readonly d?: Readonly<Record<string, DeviceUseReading>>
}

/** The machine slept, or its clock was set, between the reading before `t` and `t`. */
export interface ClockEntry {
  readonly type: 'clock'
  readonly t: number
  /** Time asleep, milliseconds: the clock of the run stood still. */
  readonly sleptMs: number
  /** By how much the wall clock was set, milliseconds; negative: back. */
  readonly steppedMs: number
}

/** What a sensor that is asked at its own pace has said. */
export interface ReadingEntry {
  readonly type: 'reading'
  /** When it was said, nanoseconds since the run began; not when it was written. */
  readonly t: number
  readonly sensor: string
  /** Raw value; null = it did not answer. */
  readonly raw: number | null
  /** Code of what went wrong. */
  readonly error?: string
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

/** Last entry of a file that goes on in its next segment. */
interface ContinuedEntry {
  readonly type: 'continued'
  readonly t: number
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
  | PlaceEntry
  | RanksEntry
  | TickEntry
  | ClockEntry
  | ReadingEntry
  | BeginEntry
  | EndEntry
  | MetricsEntry
  | ParamsEntry
  | WarningEntry
  | GridEntry
  | HardwareEntry
  | ContinuedEntry
  | StopEntry
