import type { RankSeat } from '../../ranks/rank-seat.js'
import type { SensorSpec } from '../sensor.js'

/** What the meters' thread is started with. It is stopped by a message: how long its last readings may take. */
export interface MeterThreadOrder {
  readonly meters: readonly SensorSpec[]
  /** `process.hrtime.bigint()` at which the run began. */
  readonly beganNs: bigint
  /** The journal's file for readings. */
  readonly path: string
  /** The place among the ranks of a job, of which one asks for all. */
  readonly seat?: RankSeat
  /** One Int32: 1 when the file is closed. */
  readonly control: SharedArrayBuffer
}
