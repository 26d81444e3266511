import type { EmbodiedPart } from '../footprint/embodied-part.js'
import type { SupplyLosses } from '../footprint/supply-losses.js'
import type { Water } from '../footprint/water.js'
import type { GridBasis, GridKind } from '../grid/grid-intensity.js'
import type { RunStatus, Scope, StaticPolicy } from '../journal/entry.js'
import type { Quantity, Tier } from '../quantity/quantity.js'
import type { Component, SensorDomain, SensorKind } from '../sensors/sensor.js'

/** Identifier of the record's form. Paths named here are stable within it. */
export const RECORD_SCHEMA = 'epochwatt.run/1'

/** A figure that may be unknown; then `reason` says why. Unknown is never 0. */
export interface Line {
  readonly kwh?: Quantity
  readonly reason?: string
}

/** Energy and carbon of one span of the run. */
export interface SpanFigures {
  readonly energy_kwh?: Quantity
  readonly carbon_g?: Quantity
}

/** One epoch: its energy, carbon, power, phases and metrics. */
export interface EpochRecord extends SpanFigures {
  readonly index: number
  /** Seconds since the run began, monotonic. */
  readonly started_s: number
  readonly ended_s: number
  readonly mean_power_w?: number
  readonly peak_power_w?: number
  /** Nested windows named `train` and `validation`, where somebody opened them. */
  readonly phases: Readonly<Record<string, SpanFigures & { readonly duration_s: number }>>
  /** The user's numbers, e.g. loss. Only finite ones. */
  readonly metrics: Readonly<Record<string, number>>
  /** False when the run ended inside this epoch. */
  readonly complete: boolean
}

/** Any other window, named by its user. Windows may nest and overlap; they are not meant to be added. */
export interface WindowRecord extends SpanFigures {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly started_s: number
  readonly ended_s: number
}

/** A sensor that was used or left out, with the reason. */
export interface SensorRecord {
  readonly id: string
  readonly hw_type: SensorDomain
  readonly kind: SensorKind
  readonly tier: Tier
  /** `used`, or why not. */
  readonly state:
    | 'used'
    | 'superseded'
    | 'not-asked-for'
    | 'frozen'
    | 'mirrored'
    | 'implausible'
    | 'absent'
    | 'locked'
    | 'broken'
  /** Observed time over wall time, 0 to 1. */
  readonly coverage?: number
  readonly method?: string
  readonly reason?: string
  readonly remedy?: string
}

/** A stretch of the run with one intensity. */
export interface GridInterval {
  readonly started_s: number
  readonly ended_s: number
  readonly g_per_kwh: number
  /** The publisher estimated or forecast it. */
  readonly estimated?: boolean
  /** Published for another time: there was nothing for this one. */
  readonly stale?: boolean
}

/** What another kind of intensity says of the same energy. Never part of a total, and not to be added to one. */
export interface GridBeside {
  readonly kind: GridKind
  readonly basis: GridBasis
  readonly zone: string
  readonly source: string
  readonly g_per_kwh: Quantity
  /** Energy × PUE × this intensity. */
  readonly carbon_g?: Quantity
  readonly intervals: readonly GridInterval[]
}

/** What the electricity cost, facility included. */
export interface CostRecord {
  readonly currency: string
  /** In `currency`. */
  readonly electricity: Quantity
  /** Mean price, weighted by the energy used while each price held. */
  readonly per_kwh: number
}

/** Preparation by a stated factor: searches, failed tries, data. */
export interface PreparationRecord {
  readonly factor: number
  readonly energy_kwh?: Quantity
  readonly carbon_g?: Quantity
}

/** Memory that a run used, and what it could have used. */
export interface MemoryRecord {
  /** GB (10⁹ bytes). The upper part of the interval is for what rose and fell between two looks. */
  readonly peak_gb: Quantity
  readonly available_gb: number
  /** A cgroup's limit, which is how containers and schedulers reserve memory, or what is installed. */
  readonly available_by: 'cgroup' | 'machine'
}

/** What of a run served nothing, as far as its journal shows. The parts overlap and are not meant to be added. */
export interface WasteRecord {
  /** What was trained after the epoch whose weights are the best, by a validation metric. */
  readonly after_best_epoch?: {
    /** `val_loss` (lower is better), else `val_accuracy` or `val_acc` (higher is better). */
    readonly metric: string
    /** Number of the best epoch of each training in the run; usually there is one. */
    readonly best_epochs: readonly number[]
    /** How many epochs came later. */
    readonly epochs: number
    readonly energy_kwh?: Quantity
    /** Of the run's energy, 0 to 1. */
    readonly energy_share?: number
  }
  /** All of a run that failed or was killed. */
  readonly failed_run?: { readonly energy_kwh: Quantity }
  /** Time in which less than one processor core worked, such as waiting for input. Absent where a GPU was used. */
  readonly idle?: {
    /** Of the time looked at, 0 to 1. */
    readonly time_share: Quantity
    readonly time_s: number
    /** What was looked at: the epochs, or the whole run where there are none. */
    readonly within: 'epochs' | 'run'
  }
  /** Time in which nothing ran on accelerators that only this run had open, sampled; the energy is their idle power meanwhile. */
  readonly accelerator_idle?: {
    /** Of the time that the run had them open, 0 to 1. */
    readonly time_share: Quantity
    readonly samples: number
    readonly energy_kwh?: Quantity
  }
}

/**
 * Everything that leaves the engine about one run: a pure function of its journal.
 * Exporters, reports, comparisons and the command line read this and nothing else.
 */
export interface RunRecord {
  readonly schema: typeof RECORD_SCHEMA
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunStatus
  /** Why it failed, was stopped or was recovered, one sentence. */
  readonly status_reason?: string
  /** Wall clock at the first reading. */
  readonly started_at: string
  /** `started_at` carried on by a clock that nobody can set, and by the time that the machine slept. */
  readonly ended_at: string
  /** Seconds awake. */
  readonly duration_s: number
  readonly scope: Scope
  readonly static_policy: StaticPolicy
  /** The processes of this run's job on this machine, where there were several. */
  readonly ranks?: {
    /** At the same time at most, this one among them. */
    readonly most: number
    /** Whether this one asked what is asked once for all of them, at its end. */
    readonly owner: boolean
    /** This one's part, on average over its time, of what each would count as a whole. */
    readonly divided_share: number
  }
  readonly energy: {
    /** IT energy attributed to the run; PUE is not in it. */
    readonly total_kwh?: Quantity
    readonly static_kwh?: Quantity
    readonly dynamic_kwh?: Quantity
    /** What the whole machine used meanwhile. */
    readonly machine_kwh?: Quantity
    /** Share of `total_kwh` that comes from instruments, 0 to 1. */
    readonly measured_share?: number
    readonly components: Readonly<Record<Component, Line>>
    /** What the user states of the way to the parts; in `facility_kwh` and carbon, not in `total_kwh`. */
    readonly losses?: SupplyLosses
    /** `total_kwh`, with losses where they are counted, × PUE. */
    readonly facility_kwh?: Quantity
    readonly reason?: string
  }
  readonly carbon: {
    readonly operational_g?: Quantity
    readonly embodied_g?: Quantity
    /** What `embodied_g` is the sum of. */
    readonly embodied_parts?: readonly EmbodiedPart[]
    readonly total_g?: Quantity
    /** Why a figure above is absent. */
    readonly reason?: string
  }
  /** Water, where a factor of it was stated. */
  readonly water?: Water
  /** Price of the electricity, where a tariff was stated. */
  readonly cost?: CostRecord
  /** Work before the run, where its size was stated. In no total. */
  readonly preparation?: PreparationRecord
  /** Offsets that were stated. They are taken off nothing. */
  readonly offsets?: { readonly stated_kg: number }
  readonly grid: {
    /** Where the intensity changed during the run: its mean, weighted by the energy used meanwhile. */
    readonly g_per_kwh: Quantity
    readonly zone: string
    readonly source: string
    readonly basis: GridBasis
    readonly kind: GridKind
    readonly year?: number
    readonly fallback: boolean
    readonly intervals: readonly GridInterval[]
    readonly beside?: readonly GridBeside[]
  }
  readonly pue: Quantity & { readonly source: string; readonly how: string }
  readonly location: {
    readonly country?: string
    readonly region?: string
    readonly provider?: string
    readonly cloud_region?: string
    readonly how: string
  }
  readonly epochs: readonly EpochRecord[]
  readonly outside_epochs: SpanFigures & { readonly duration_s: number }
  readonly windows: readonly WindowRecord[]
  readonly waste?: WasteRecord
  /** Memory of the process tree at its peak, and what it could have had, where both are known. */
  readonly memory?: MemoryRecord
  /** Attributed power over time, decimated to a bounded number of points with their extremes kept. */
  readonly power: {
    readonly t_s: readonly number[]
    readonly mean_w: readonly number[]
    readonly min_w: readonly number[]
    readonly max_w: readonly number[]
  }
  readonly sensors: readonly SensorRecord[]
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly software: Readonly<Record<string, string>>
  readonly hardware: Readonly<Record<string, unknown>>
  readonly methodology: {
    readonly version: string
    readonly data_version: string
    /** Mean utilisation of the machine and share of its busy time that was ours, where they are known. */
    readonly utilisation?: number
    readonly tree_share_of_busy?: number
    /** How the processor time of our processes was told from that of others, where it was read. */
    readonly tree_method?: string
    /** Absent where another tool did the sampling. */
    readonly sampling_interval_ms?: number
    readonly samples?: number
  }
}
