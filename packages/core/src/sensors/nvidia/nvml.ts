/**
 * What we use of NVIDIA's management library, in the units of nvml.h. Every call but `init` is a few microseconds to
 * a few milliseconds; every call throws `NvmlError`.
 */
export interface Nvml {
  /** Counted by the library; the first one may wake up the driver, which takes seconds. */
  init(): void
  /** Devices in PCI order, those that the container may not see left out. */
  deviceCount(): number
  deviceAt(index: number): NvmlDevice
  deviceByUuid(uuid: string): NvmlDevice
}

/** A board, or the part of a board that one driver instance calls a device. */
export interface NvmlDevice {
  uuid(): string
  name(): string
  /** Since the driver was loaded. Volta and later. */
  totalEnergyMillijoules(): number
  /** Instantaneous power where the board tells it apart, else what the board calls its power. */
  powerMilliwatts(): number
  /** Highest limit that can be set. */
  maxPowerMilliwatts(): number
  /** Part of the last sampling period (a sixth of a second to one second) in which anything ran, percent. */
  busyPercent(): number
  /** Ids of processes with a compute context, in the namespace of whoever loaded the driver. */
  computePids(): number[]
  /** Samples later than `sinceMicroseconds`; none when nothing ran. Not supported under MIG. */
  processUtilisation(sinceMicroseconds: number): ProcessUtilisation[]
  isPartitioned(): boolean
  /** MIG devices of the board that this process may see. */
  partitions(): Partition[]
}

export interface ProcessUtilisation {
  readonly pid: number
  readonly timestampMicroseconds: number
  /** Share of streaming multiprocessors, percent. Drivers have been seen to return garbage above 100. */
  readonly smPercent: number
}

export interface Partition {
  readonly uuid: string
  /** Compute slices of the board's seven (four on some). */
  readonly computeSlices: number
}

/** `nvmlReturn_t`, as far as anything depends on it. */
export const NVML_RETURN = {
  uninitialised: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  functionNotFound: 13,
  versionMismatch: 18,
} as const

/** The system's codes that come nearest, so that a GPU's failures read like any other sensor's. */
const CODES: Readonly<Record<number, string>> = {
  1: 'ENODEV',
  2: 'EINVAL',
  3: 'ENOTSUP',
  4: 'EACCES',
  6: 'ENODEV',
  7: 'ENOBUFS',
  9: 'ENODEV',
  10: 'ETIMEDOUT',
  13: 'ENOSYS',
  15: 'ENODEV',
  16: 'ENODEV',
  20: 'ENOMEM',
}

export class NvmlError extends Error {
  override readonly name = 'NvmlError'
  readonly returnCode: number
  readonly code: string

  constructor(call: string, returnCode: number) {
    super(`${call} returned ${returnCode}`)
    this.returnCode = returnCode
    this.code = CODES[returnCode] ?? 'EIO'
  }
}

export const isNvmlError = (error: unknown, returnCode: number): boolean =>
  error instanceof NvmlError && error.returnCode === returnCode
