/** What we use of AMD's management library, in the units of amdsmi.h. Every call throws `AmdSmiError`. */
export interface AmdSmi {
  /** Counted by the library. */
  init(): void
  /** GPUs of all sockets, in the library's order. */
  gpus(): AmdSmiGpu[]
}

export interface AmdSmiGpu {
  /** `0000:03:00.0`. */
  pciAddress(): string
  name(): string
  energy(): AmdSmiEnergy
}

export interface AmdSmiEnergy {
  /** Steps since the driver was loaded, 64 bits. */
  readonly accumulator: number
  /** Microjoules for one step, usually 15.259. */
  readonly microjoulesPerStep: number
}

/** `amdsmi_status_t`, as far as anything depends on it. */
export const AMD_SMI_STATUS = {
  notSupported: 2,
  loadSymbol: 5,
  noPermission: 10,
  notInitialised: 32,
} as const

/** The system's codes that come nearest, so that a GPU's failures read like any other sensor's. */
const CODES: Readonly<Record<number, string>> = {
  1: 'EINVAL',
  2: 'ENOTSUP',
  3: 'ENOTSUP',
  5: 'ENOSYS',
  8: 'ETIMEDOUT',
  9: 'EAGAIN',
  10: 'EACCES',
  30: 'EBUSY',
  31: 'ENODEV',
  32: 'ENODEV',
  40: 'ENODATA',
}

export class AmdSmiError extends Error {
  override readonly name = 'AmdSmiError'
  readonly status: number
  readonly code: string

  constructor(call: string, status: number) {
    super(`${call} returned ${status}`)
    this.status = status
    this.code = CODES[status] ?? 'EIO'
  }
}

export const isAmdSmiError = (error: unknown, status: number): boolean =>
  error instanceof AmdSmiError && error.status === status
