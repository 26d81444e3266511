import { startTracking } from '@epochwatt/core'
import type { EnergyCallback } from './energy-callback.js'
import { type EpochFigures, type FitFacts, FitSession, hasEnded } from './fit-session.js'
import { closeDeadSessions, enterSession, isMeasured, leaveSession } from './open-sessions.js'
import { type CallbackSettings, runOptions } from './options.js'
import { settledLogs } from './settled-logs.js'
import type { ModelLike, TrainingLogs, TrainingParams } from './tensorflow.js'
import { trainingParams } from './training-params.js'
import { messageOf, warnOnce } from './warn.js'
import { createYielder } from './yielder.js'

const SHARED =
  'one energy callback is used by two trainings at the same time; give each fit its own energyCallback()'

const NEXT_BEGAN =
  'the next training with this callback began before this one reached its end; model.fit probably threw'

const addToLogs = (
  logs: TrainingLogs | undefined,
  epoch: EpochFigures | undefined,
  withPhases: boolean,
): void => {
  // Where an epoch is not measured here, the figures of another callback may be there already.
  if (!logs || (!epoch && 'energy_kwh' in logs)) return
  // Numbers only: anything else makes `fit` reject when it collects its history.
  logs.energy_kwh = epoch?.figures.energyKwh?.value ?? Number.NaN
  logs.carbon_g = epoch?.figures.carbonGrams?.value ?? Number.NaN
  if (!withPhases) return
  logs.energy_train_kwh = epoch?.phases?.train.energyKwh?.value ?? Number.NaN
  logs.energy_val_kwh = epoch?.phases?.validation.energyKwh?.value ?? Number.NaN
}

/**
 * The hooks of one callback. `this` tells how TensorFlow.js uses it: as it is, or as handlers taken over by a wrapper
 * of its own, one for each `fit`.
 */
export const createHooks = (callback: EnergyCallback, settings: CallbackSettings): EnergyCallback => {
  const warn = warnOnce()
  const sessions = new Map<object, FitSession>()
  /** Whose session was closed because another training began, and who should then be silent. */
  const presumedDead = new WeakSet<object>()
  const yielder = createYielder(settings.yieldEvery)
  /** Fits that will begin in a moment, in that order: two may announce themselves before the first begins. */
  const announced = new Map<ModelLike, TrainingParams>()
  let unclaimed: TrainingParams | undefined
  let beginning = Promise.resolve()

  const guarded = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      warn('CALLBACK_ERROR', `the energy of this training cannot be measured fully: ${messageOf(error)}`)
      return undefined
    }
  }

  const hostOf = (self: unknown): object => (typeof self === 'object' && self !== null ? self : callback)

  const factsOf = (host: object): FitFacts => {
    if (host !== callback) {
      const { params } = host as { params?: TrainingParams }
      return params ? { params } : {}
    }
    for (const [model, params] of announced) {
      announced.delete(model)
      // Announced, but another callback threw before this one was reached.
      if (!hasEnded(model)) return { model, params }
    }
    return {}
  }

  const openSession = async (host: object, facts: FitFacts): Promise<void> => {
    await closeDeadSessions(facts.model)
    const { additions } = settings
    const found = {
      ...trainingParams({ ...facts, ...(settings.tf && { tf: settings.tf }) }),
      ...additions?.params,
    }
    const tracker = settings.tracker ?? startTracking(runOptions(settings, found))
    if (tracker.isStopped) {
      if (settings.tracker && tracker.directory !== '') {
        warn('TRACKER_STOPPED', 'the tracker given to energyCallback() has been stopped: nothing is measured')
      }
      return
    }
    if (settings.tracker) tracker.setParams(found)
    additions?.began(tracker)
    const session = new FitSession(tracker, settings, facts, warn)
    sessions.set(host, session)
    enterSession(session, host)
  }

  const trainBegin = async (host: object): Promise<void> => {
    const facts = factsOf(host)
    const isSecondCall = host === callback && !facts.params && sessions.has(host)
    if (isSecondCall || isMeasured(facts.params)) {
      warn('CALLBACK_TWICE', 'this training is measured by an energyCallback() already; one is enough')
      return
    }
    for (const [other, session] of sessions) {
      if (session.liveness(facts.model) !== 'training') {
        sessions.delete(other)
        if (other !== host) presumedDead.add(other)
        await leaveSession(session, NEXT_BEGAN)
      }
    }
    const shared = sessions.get(host)
    if (shared) shared.join(facts.model)
    else await openSession(host, facts)
  }

  async function onBatchBegin(this: unknown, batch: number): Promise<void> {
    const session = sessions.get(hostOf(this))
    if (session) await guarded(() => session.beginBatch(batch))
  }

  async function onBatchEnd(this: unknown, batch: number, logs?: TrainingLogs): Promise<void> {
    const session = sessions.get(hostOf(this))
    if (session) {
      await guarded(async () => {
        if (session.needsEndOf(batch)) {
          session.endBatch(batch, await settledLogs(logs))
        }
        session.watchBudgetInEpoch()
      })
    }
    // A wrapper yields by itself.
    if (hostOf(this) === callback) await yielder.afterBatch()
  }

  const needsBatches = settings.splitValidation || settings.batches
  return {
    record: undefined,
    setParams(params) {
      unclaimed = params
      // From here on the list calls every hook, whether it is there or not.
      callback.onBatchBegin = onBatchBegin
      callback.onBatchEnd = onBatchEnd
      queueMicrotask(() => {
        // The model follows at once, unless a handler without `setParams` made TensorFlow.js throw in between.
        if (unclaimed !== params) return
        warn(
          'CALLBACK_LIST',
          'TensorFlow.js does not take callback instances and plain handlers in one list. Write callbacks: withEnergy(tf, [...])',
        )
      })
    },
    setModel(model) {
      // A second call for the same `fit`: the callback is in the list twice.
      if (!unclaimed) return
      const known = model as ModelLike
      announced.delete(known)
      announced.set(known, unclaimed)
      unclaimed = undefined
    },
    async onTrainBegin() {
      const host = hostOf(this)
      // One at a time: of two fits that begin together, the second must find the first.
      beginning = beginning.then(() => guarded(() => trainBegin(host)))
      await beginning
    },
    async onEpochBegin(epoch) {
      const host = hostOf(this)
      if (presumedDead.has(host)) warn('CALLBACK_SHARED', SHARED)
      await guarded(() => sessions.get(host)?.beginEpoch(epoch))
    },
    async onEpochEnd(epoch, logs) {
      const host = hostOf(this)
      const session = sessions.get(host)
      const metrics = await settledLogs(logs)
      const figures = await guarded(() => session?.endEpoch(metrics))
      // Who wrote the callback down expects its keys, even without figures; of autolog nobody does.
      if (session || !settings.additions) addToLogs(logs, figures, settings.splitValidation)
      if (figures) await guarded(() => session?.report(epoch, metrics, figures))
      if (session) await guarded(() => settings.additions?.epochEnded(epoch, metrics))
      if (host === callback) await yielder.afterEpoch()
    },
    async onTrainEnd() {
      const host = hostOf(this)
      const session = sessions.get(host)
      if (!session?.endTraining()) return
      sessions.delete(host)
      await leaveSession(session)
      await guarded(() => settings.additions?.ending())
      callback.record = await guarded(() => session.finish())
    },
    // Mere handlers are taken over before `fit`: these only where they were asked for.
    onBatchBegin: needsBatches ? onBatchBegin : undefined,
    onBatchEnd: needsBatches ? onBatchEnd : undefined,
  }
}
