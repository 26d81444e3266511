import { join } from 'node:path'
import { messageOf } from '../errors.js'
import type { JournalEntry } from '../journal/entry.js'
import { SAMPLES_FILE } from '../journal/files.js'
import { sensorsEntry } from '../journal/late-sensors.js'
import type { RankSeat } from '../ranks/rank-seat.js'
import { startInlineSampler } from '../sampler/inline-sampler.js'
import type { RunClock, Sampler } from '../sampler/sampler.js'
import { startWorkerSampler } from '../sampler/worker-sampler.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { UsageSource } from '../sensors/usage/usage.js'
import type { SessionPlan } from './session-plan.js'
import { keepSeat } from './session-ranks.js'

/** What the sampler of a run needs of its surroundings. */
export interface SampledRun {
  readonly plan: SessionPlan
  readonly seat: RankSeat | undefined
  readonly beganNs: bigint
  readonly clock: RunClock
  readonly sensors: readonly OpenSensor[]
  readonly usage: UsageSource | undefined
  readonly isDiskSlow: boolean
  readonly write: (entry: JournalEntry) => void
  readonly warn: (code: string, message: string) => void
}

const startHere = (run: SampledRun, error: unknown): Sampler => {
  const { plan, clock, sensors, usage, write } = run
  const reason = messageOf(error)
  run.warn('SAMPLER_INLINE', `no thread for sampling (${reason}); a blocked event loop delays readings`)
  if (plan.deferred.length > 0) {
    // Of two such entries the first counts: that of a thread that failed later stays.
    const why = 'its driver may take seconds to answer, and there is no thread that could wait for it'
    const unavailable = plan.deferred.map(({ unanswered }) => ({ ...unanswered, reason: why }))
    write(sensorsEntry(clock(), { sensors: [], unavailable }))
  }
  const startSampling = (writeTick: typeof write): Sampler =>
    startInlineSampler(writeTick, clock, sensors, usage, plan.run.samplingIntervalMs)
  return run.seat ? keepSeat(run.seat, write, startSampling) : startSampling(write)
}

/** Samples in a thread of its own; on this one where there is none, or where it failed. */
export const startSessionSampler = (run: SampledRun): Sampler => {
  const { plan, beganNs, seat } = run
  const order = {
    sensors: plan.run.sensors,
    deferred: plan.deferred,
    environment: plan.environment,
    intervalMs: plan.run.samplingIntervalMs,
    countActive: plan.run.staticPolicy === 'equal' && plan.run.scope === 'process',
    beganNs,
    samplesPath: join(plan.directory, SAMPLES_FILE),
    isDiskSlow: run.isDiskSlow,
    ...(seat && { seat }),
  }
  let stopped = false
  let sampler: Sampler
  try {
    sampler = startWorkerSampler(order, error => {
      if (!stopped) sampler = startHere(run, error)
    })
  } catch (error) {
    sampler = startHere(run, error)
  }
  return {
    get kind() {
      return sampler.kind
    },
    ticks: () => sampler.ticks(),
    readNow: (timeoutMs, always) => sampler.readNow(timeoutMs, always),
    stop: timeoutMs => {
      stopped = true
      return sampler.stop(timeoutMs)
    },
    stopNow: timeoutMs => {
      stopped = true
      sampler.stopNow(timeoutMs)
    },
  }
}
