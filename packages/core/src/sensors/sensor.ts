import type { Tier } from '../quantity/quantity.js'

/** What a sensor looks at. Names follow the `hw.type` values of OpenTelemetry where there is one. */
export type SensorDomain =
  | 'platform'
  | 'package'
  | 'core'
  | 'uncore'
  | 'dram'
  | 'gpu'
  | 'soc'
  | 'battery'
  | 'wall'

/** The line of the record under which a sensor's energy is booked, and the physical parts it may cover. */
export type Component = 'cpu' | 'memory' | 'gpu' | 'other'

/**
 * - `energy_counter`: cumulative energy, wraps at `wrapRaw`. Cannot lose energy between two reads.
 * - `power_gauge`: instantaneous power, integrated by trapezoid.
 * - `model`: no instrument; power is a function of the machine's utilisation.
 */
export type SensorKind = 'energy_counter' | 'power_gauge' | 'model'

/** Relative bounds of a reading: `{ low: 0.95, high: 1.05 }` is ± 5 %. */
export interface Band {
  readonly low: number
  readonly high: number
}

/**
 * Everything the engine needs to know about one sensor. Plain data: it travels to the sampler's worker and,
 * without `settings`, into the journal, so that a record can be computed again years later.
 */
export interface SensorSpec {
  /** Unique in a run and stable between runs on one machine, e.g. `powercap/package-0`. */
  readonly id: string
  /** Name of the provider that opens it. */
  readonly provider: string
  readonly domain: SensorDomain
  /** The device it sits in, e.g. `socket-0`. Sensors of one device and domain are twins. */
  readonly device: string
  readonly component: Component
  /** All parts whose energy is inside the reading: a platform meter covers more than the line it is booked under. */
  readonly covers: readonly Component[]
  /** Ids of sensors whose energy is inside this one's. Together they form the overlap graph. */
  readonly contains: readonly string[]
  readonly kind: SensorKind
  readonly tier: Tier
  /** One sentence: what is read, or what formula with what constants. */
  readonly method: string
  readonly band: Band
  /** Joules (counter) or watts (gauge) for one raw unit. Ignored for models. */
  readonly scale: number
  /** Counter: the raw value after which it starts again from 0. Absent: it never wraps. */
  readonly wrapRaw?: number
  /** More power than this cannot be: the guard against phantom wraps, and the bound for time that was not observed. */
  readonly maxPowerWatts?: number
  /** How often the hardware refreshes the value, milliseconds. */
  readonly updatePeriodMs: number
  /** Power that flows when nothing runs, watts, with where it is from; absent when nothing is known. */
  readonly idleWatts?: { readonly watts: number; readonly source: string }
  /** Model: watts at utilisation 0, 1/(n-1), …, 1; linear between. */
  readonly wattsByUtilisation?: readonly number[]
  /** Cheap enough (microseconds, never blocking) to be read on the caller's thread at a window's edge. */
  readonly readAtBoundary: boolean
  /** Part of the device that this process may use, 0 to 1, where hardware is partitioned (MIG). Absent: all of it. */
  readonly share?: number
  /** What its maker calls the device, e.g. `NVIDIA H100 80GB HBM3`; never a serial number. */
  readonly product?: string
  /** Left out unless asked for by an option, e.g. `psys`. */
  readonly optIn?: string
  /** Named by the user: it comes before all other sources, and nothing of what it covers is counted beside it. */
  readonly overrules?: boolean
  /** Asked by a thread of its own: its readings are entries with times of their own, and it has no place in a tick. */
  readonly ownPace?: boolean
  /** Private to the provider (paths, handles' names). Never written anywhere. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** An open sensor. Reading never throws: a value that cannot be had is `NaN`, and `error` says why. */
export interface OpenSensor {
  readonly spec: SensorSpec
  /** Raw value in the unit that `scale` converts, or `NaN`. */
  read(): number
  /** Code of the last failed read (`EACCES`, `ENODEV`, …); undefined after a good one. */
  error(): string | undefined
  /** Who uses the device, for devices that processor time says nothing about. Never throws. */
  use?(): DeviceUse | undefined
  close(): void
}

/** Who used a device such as a GPU. Processes are counted now; work is a sum since an arbitrary point. */
export interface DeviceUse {
  /** Processes of our tree that have the device open. */
  readonly ours: number
  /** Processes of others. */
  readonly others: number
  /** Processes of which nobody can say whose they are, as in most containers. */
  readonly unknown: number
  /** Whether anything ran on the device of late; undefined when it would not say, or was not asked for having processes. */
  readonly busy: boolean | undefined
  /** Sums of the device's utilisation by process. Only differences and their ratio mean anything. */
  readonly ourWork: number
  /** The same of all processes. */
  readonly allWork: number
  /** Part of the last moments in which anything ran, percent, where only our processes could have run it; asked now and then. */
  readonly busyPercent?: number
}

/** A sensor that is not there or cannot be used, as data for `doctor` and for the record. */
export interface UnavailableSensor {
  readonly id: string
  readonly domain: SensorDomain
  /** `absent`: no such hardware or driver. `locked`: there, but this user may not read it. `broken`: there, but not usable. */
  readonly state: 'absent' | 'locked' | 'broken'
  readonly reason: string
  /** What the user can do about it: exact commands where there are any. */
  readonly remedy?: string
}

/** What a provider of sensors found on this machine. */
export interface ProbeResult {
  readonly sensors: readonly SensorSpec[]
  readonly unavailable: readonly UnavailableSensor[]
  /** What only the sampler's thread may ask. */
  readonly deferred?: readonly DeferredProbe[]
}

/**
 * Hardware whose driver may take seconds to answer. It is asked in the sampler's thread, and its sensors join the
 * journal when they are known. Plain data: it travels to that thread, but never into the journal.
 */
export interface DeferredProbe {
  readonly provider: string
  /** What to say of it when the run ends before it has answered. */
  readonly unanswered: UnavailableSensor
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * Asks what was deferred, in the thread that may wait for the answer.
 *
 * @param known Sensors found so far: what is inside a new one belongs into its `contains`.
 */
export type DeferredDiscovery = (
  probe: DeferredProbe,
  environment: ProbeEnvironment,
  known: readonly SensorSpec[],
) => ProbeResult

/** What a provider may look at. Roots can be moved, for containers and for tests. */
export interface ProbeEnvironment {
  /** Stands for `/sys`. */
  readonly sysfsRoot: string
  /** Stands for `/proc`. */
  readonly procRoot: string
  readonly platform: NodeJS.Platform
  readonly machine: MachineFacts
  /** Environment variables that say what hardware there is to see. */
  readonly variables?: Readonly<Partial<Record<HardwareVariable, string>>>
}

/** Names as CUDA and epochwatt define them. */
export type HardwareVariable =
  | 'EPOCHWATT_NVML_LIBRARY'
  | 'EPOCHWATT_AMD_SMI_LIBRARY'
  | 'CUDA_VISIBLE_DEVICES'
  | 'CUDA_DEVICE_ORDER'

/** Facts of the machine that models and attribution stand on. No serial numbers, no names of hosts or users. */
export interface MachineFacts {
  readonly cpuModel: string
  /** Hardware threads that the operating system shows. */
  readonly threads: number
  /** Physical packages; 1 where unknown. */
  readonly sockets: number
  readonly memoryBytes: number
  /** A phone or tablet, by what its browser says. */
  readonly isHandheld?: boolean
  /** Where the machine is rented from and as what, as its firmware says. */
  readonly cloud?: { readonly provider: string; readonly instanceType?: string }
  /** `hypervisor` CPU flag or the like: this is a guest. */
  readonly virtual: boolean
  /** Linux `cpu family` / `model`, for naming a microarchitecture where the model name hides it. */
  readonly cpuFamily?: number
  /** As above. */
  readonly cpuModelNumber?: number
  /** Tells apart generations that share a model number (Skylake and Cascade Lake servers). */
  readonly cpuStepping?: number
  /** CPUID vendor string, e.g. `GenuineIntel`. */
  readonly vendor?: string
  /** CPU flag `sgx`: the vendor then filters energy readings. */
  readonly energyFiltering: boolean
}

/** What the user may say about the machine that no file says. */
export interface ProbeOptions {
  /** Thermal design power of one CPU package, watts. */
  readonly cpuTdpWatts?: number
  /** Look at all devices, also at those that this process may not use. */
  readonly wholeMachine?: boolean
  /** Meters outside the machine that the user named, checked. */
  readonly meters?: readonly SensorSpec[]
  /** Ask nobody over the network. */
  readonly offline?: boolean
}

/**
 * Finds sensors of one kind. Probing looks things up in data tables and happens once, in the main thread; opening is
 * kept apart (`openers.ts`), because it also happens in the sampler's worker.
 */
export interface SensorProvider {
  readonly name: string
  /** Synchronous, a few milliseconds at most, never throws. */
  probe(environment: ProbeEnvironment, options: ProbeOptions): ProbeResult
}

/** Opens a sensor in whichever thread asks. Throws when it cannot be opened now. */
export type SensorOpener = (spec: SensorSpec, environment: ProbeEnvironment) => OpenSensor
