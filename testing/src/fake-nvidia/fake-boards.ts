/** A board of a pure-TypeScript NVML; change its fields at will. */
export interface FakeBoard {
  uuid: string
  name: string
  /** Undefined: not supported, as before Volta. */
  millijoules: number | undefined
  /** Undefined: not supported. */
  milliwatts: number | undefined
  busy: number
  pids: number[]
  samples: { pid: number; timestampMicroseconds: number; smPercent: number }[]
  partitions: { uuid: string; computeSlices: number }[] | undefined
  /** Every call to the board fails with this. */
  lost: Error | undefined
}

export const fakeBoard = (overrides: Partial<FakeBoard> = {}): FakeBoard => ({
  uuid: 'GPU-00000000-0000-0000-0000-000000000000',
  name: 'NVIDIA H100 80GB HBM3',
  millijoules: 1_000_000,
  milliwatts: 70_000,
  busy: 0,
  pids: [],
  samples: [],
  partitions: undefined,
  lost: undefined,
  ...overrides,
})

/** Same functions as the real one behind koffi. `failure` makes the error of an unsupported call. */
export const fakeNvml = (boards: readonly FakeBoard[], failure: (call: string) => Error) => {
  const device = (board: FakeBoard) => {
    const answer = <T>(call: string, value: () => T | undefined): T => {
      if (board.lost) throw board.lost
      const answered = value()
      if (answered === undefined) throw failure(call)
      return answered
    }
    return {
      uuid: () => answer('uuid', () => board.uuid),
      name: () => answer('name', () => board.name),
      totalEnergyMillijoules: () => answer('energy', () => board.millijoules),
      powerMilliwatts: () => answer('power', () => board.milliwatts),
      maxPowerMilliwatts: () => answer('limit', () => 700_000),
      busyPercent: () => answer('busy', () => board.busy),
      computePids: () => answer('processes', () => board.pids),
      processUtilisation: (since: number) =>
        answer('utilisation', () => board.samples.filter(sample => sample.timestampMicroseconds > since)),
      isPartitioned: () => answer('MIG mode', () => board.partitions !== undefined),
      partitions: () => answer('partitions', () => board.partitions),
    }
  }
  return {
    init: () => {},
    deviceCount: () => boards.length,
    deviceAt: (index: number) => device(boards[index]!),
    deviceByUuid(uuid: string) {
      const board = boards.find(candidate => candidate.uuid === uuid)
      if (!board) throw failure('deviceByUuid')
      return device(board)
    },
  }
}
