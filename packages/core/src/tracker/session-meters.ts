import { join } from 'node:path'
import { messageOf } from '../errors.js'
import type { JournalEntry } from '../journal/entry.js'
import { METERS_FILE } from '../journal/files.js'
import type { RankSeat } from '../ranks/rank-seat.js'
import type { RunClock } from '../sampler/sampler.js'
import { startMeterReader } from '../sensors/meters/meter-reader.js'
import { type MeterThread, startMeterThread } from '../sensors/meters/start-meter-thread.js'
import type { SensorSpec } from '../sensors/sensor.js'
import type { SessionPlan } from './session-plan.js'

interface MeteredRun {
  readonly plan: SessionPlan
  readonly seat: RankSeat | undefined
  readonly beganNs: bigint
  readonly clock: RunClock
  readonly write: (entry: JournalEntry) => void
  readonly warn: (code: string, message: string) => void
}

const readHere = (
  { clock, write, warn }: MeteredRun,
  meters: readonly SensorSpec[],
  error: unknown,
): MeterThread => {
  const reason = messageOf(error)
  warn('METERS_INLINE', `no thread for meters (${reason}); a blocked event loop delays their readings`)
  const reader = startMeterReader(meters, clock, write)
  return { stop: reader.stop, stopNow: () => void reader.stop(0) }
}

/** Reads the meters that the user named: in a thread of its own, or on this one where there is none. */
export const startSessionMeters = (run: MeteredRun): MeterThread | undefined => {
  const { plan, beganNs, seat } = run
  const meters = plan.run.sensors.filter(({ ownPace }) => ownPace)
  if (meters.length === 0) return undefined
  const order = { meters, beganNs, path: join(plan.directory, METERS_FILE), ...(seat && { seat }) }
  let current: MeterThread
  let stopped = false
  try {
    current = startMeterThread(order, error => {
      if (!stopped) current = readHere(run, meters, error)
    })
  } catch (error) {
    current = readHere(run, meters, error)
  }
  return {
    stop: timeoutMs => {
      stopped = true
      return current.stop(timeoutMs)
    },
    stopNow: timeoutMs => {
      stopped = true
      current.stopNow(timeoutMs)
    },
  }
}
