import type { RankSeat } from '../ranks/rank-seat.js'
import type { DeferredProbe, ProbeEnvironment, SensorSpec } from '../sensors/sensor.js'

/** What the sampler's thread is started with. */
export interface WorkerOrder {
  readonly sensors: readonly SensorSpec[]
  /** Drivers that are asked by the worker, because they may be slow. Their sensors are read by it alone. */
  readonly deferred: readonly DeferredProbe[]
  readonly environment: ProbeEnvironment
  readonly intervalMs: number
  /** Count the processes at work, for the policy `equal`. */
  readonly countActive: boolean
  /** `process.hrtime.bigint()` at which the run began; the clock is the same in all threads of a process. */
  readonly beganNs: bigint
  readonly samplesPath: string
  /** The disk has been found to be slow. */
  readonly isDiskSlow: boolean
  /** The place among the ranks of a job, which the worker keeps and leaves at its end. */
  readonly seat?: RankSeat
  /** Int32 places as below. */
  readonly control: SharedArrayBuffer
}

/** Places in the control array. */
export const CONTROL = {
  /** Set to 1 by the caller: stop. */
  stop: 0,
  /** Set to 1 by the worker when its journal is closed. */
  stopped: 1,
  /** Rounds so far; none before all drivers have answered. Who waits for a round sleeps on it. */
  ticks: 2,
  /** Raised by the caller to wake the worker, which sleeps on it: for a round at once, or to stop. */
  calls: 3,
  /** Set to 1 by the worker when the last reading is taken: from then on it waits for the disk alone. */
  sampled: 4,
} as const

export const CONTROL_BYTES = 5 * 4
