import type { FitSession } from './fit-session.js'
import type { ModelLike, TrainingParams } from './tensorflow.js'

const THREW = 'model.fit ended without reaching its end, probably by an error'

/** Trainings of this process that have begun and not ended, whichever callback measures them. */
const open = new Set<FitSession>()

/**
 * A `fit` that throws calls no hook. Where no model tells, the end of whoever carried the hooks tells, late but surely:
 * otherwise each failed trial of a search would go on being sampled until the process exits.
 */
const abandoned = new FinalizationRegistry<FitSession>(session => {
  void leaveSession(session, THREW)
})

/** Another callback of the same `fit` measures it already. */
export const isMeasured = (params: TrainingParams | undefined): boolean =>
  [...open].some(session => session.belongsTo(params))

/** Closes sessions whose `fit` is known to have ended without saying so. `begun` is the model of the next `fit`. */
export const closeDeadSessions = async (begun: ModelLike | undefined): Promise<void> => {
  for (const session of [...open]) {
    if (session.liveness(begun) === 'ended') await leaveSession(session, THREW)
  }
}

/** For those who see `fit` throw: what measures it ends now, as failed. */
export const failTraining = async (model: ModelLike, reason: string): Promise<void> => {
  for (const session of [...open]) {
    if (session.isOnlyOf(model)) await leaveSession(session, reason)
  }
}

/** Enters a session, and notes on it and on every other one that their times overlap. */
export const enterSession = (session: FitSession, host: object): void => {
  for (const other of open) {
    other.noteOverlap()
    session.noteOverlap()
  }
  open.add(session)
  abandoned.register(host, session, session)
}

/** Takes a session out; with a reason, closes it as failed. */
export const leaveSession = async (session: FitSession, failure?: string): Promise<void> => {
  abandoned.unregister(session)
  if (open.delete(session) && failure !== undefined) await session.fail(failure)
}
