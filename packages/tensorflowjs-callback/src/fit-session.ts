import type { EnergyWindow, RunRecord, Tracker, WindowFigures } from '@epochwatt/core'
import { BatchWindows } from './batch-windows.js'
import { type BudgetWatch, watchBudget } from './budget.js'
import { type Forecast, forecast } from './forecast.js'
import type { CallbackSettings } from './options.js'
import { type PhaseFigures, type PhaseSplit, phaseSplit } from './phase-split.js'
import { progressLine } from './progress-line.js'
import { type ProgressOutput, progressOutput } from './progress-output.js'
import type { ModelLike, TrainingParams } from './tensorflow.js'
import { type Warn, warnUser } from './warn.js'

/** What `fit` tells a callback before it begins; a wrapped callback is not told the model. */
export interface FitFacts {
  readonly params?: TrainingParams
  readonly model?: ModelLike
}

export interface EpochFigures {
  readonly figures: WindowFigures
  readonly phases?: PhaseFigures
}

/** Whether a `fit` still runs, as far as its model can tell. */
export type Liveness = 'training' | 'ended' | 'unknown'

/** Budgets inside an epoch are looked at this often, and never for more than 1 % of the time. */
const BUDGET_INTERVAL_MS = 2000
const BUDGET_REST = 100

/** `isTraining` is undeclared in their types and present in every version. */
const trainingFlag = (model: ModelLike): unknown => (model as { isTraining?: unknown }).isTraining

/** The model says that no `fit` of it is running. */
export const hasEnded = (model: ModelLike): boolean => trainingFlag(model) === false

const finiteNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** One running `fit`: its run, its windows, and what follows from their figures. */
export class FitSession {
  readonly #tracker: Tracker
  readonly #warnOnce: Warn
  readonly #params: TrainingParams | undefined
  readonly #ownsTracker: boolean
  /** Weak, since a session outlives a `fit` that threw, and must not keep its model. */
  readonly #models: WeakRef<ModelLike>[]
  readonly #plannedEpochs: number | undefined
  readonly #hasBudget: boolean
  readonly #phases: PhaseSplit | undefined
  readonly #batches: BatchWindows | undefined
  readonly #progress: ProgressOutput
  readonly #watch: BudgetWatch
  readonly #past: WindowFigures[] = []
  #epoch: { readonly index: number; readonly window: EnergyWindow } | undefined
  #firstEpoch: number | undefined
  #trainings = 1
  #shared = false
  #overlapNoted = false
  #stopReason: string | undefined
  #nextBudgetCheck = 0
  #hasObeyed = false

  constructor(tracker: Tracker, settings: CallbackSettings, { params, model }: FitFacts, warnOnce: Warn) {
    this.#tracker = tracker
    this.#warnOnce = warnOnce
    this.#params = params
    this.#ownsTracker = tracker !== settings.tracker
    this.#models = model ? [new WeakRef(model)] : []
    this.#plannedEpochs = finiteNumber(params?.epochs)
    this.#hasBudget = settings.budget !== undefined
    this.#progress = progressOutput(settings.verbose, params?.verbose)
    this.#watch = watchBudget(settings.budget, { warn: this.#warn, stop: this.#requestStop })
    this.#batches = settings.batches ? new BatchWindows(tracker) : undefined
    if (settings.splitValidation && params?.doValidation === true) {
      this.#phases = phaseSplit(tracker, params)
      if (!this.#phases) {
        this.#note(
          'VALIDATION_NOT_SPLIT',
          'validation cannot be told apart from training: the number of batches is unknown; fitDataset takes batchesPerEpoch',
        )
      }
    }
  }

  /** To the record and, in every fit, to the user. */
  #warn: Warn = (code, message) => {
    this.#tracker.warn(code, message)
    warnUser(code, message)
  }

  /** To the record and, once for a callback, to the user. */
  #note(code: string, message: string): void {
    this.#tracker.warn(code, message)
    this.#warnOnce(code, message)
  }

  #requestStop = (reason: string): boolean => {
    const models = this.#liveModels()
    for (const model of models) model.stopTraining = true
    if (models.length > 0) {
      this.#stopReason ??= `stopped early: ${reason}`
      return true
    }
    this.#note(
      'STOP_IMPOSSIBLE',
      'the training cannot be stopped: its model is not known to the callback. Put the callback first in the list, or write callbacks: withEnergy(tf, [...])',
    )
    return false
  }

  #liveModels(): ModelLike[] {
    return this.#models.map(ref => ref.deref()).filter(model => model !== undefined)
  }

  /** TensorFlow.js gives one and the same object to all callbacks of a `fit`. */
  belongsTo(params: TrainingParams | undefined): boolean {
    return params !== undefined && params === this.#params
  }

  /** @param begun A model whose `fit` has just begun: an older `fit` of the same model has ended, somehow. */
  liveness(begun?: ModelLike): Liveness {
    if (this.#models.length === 0) return 'unknown'
    const isTraining = this.#liveModels().some(model => model !== begun && trainingFlag(model) === true)
    return isTraining ? 'training' : 'ended'
  }

  /** This model's training is the only one that is measured here. */
  isOnlyOf(model: ModelLike): boolean {
    return this.#models.length === 1 && this.#models[0]?.deref() === model
  }

  /** A second `fit` uses the same callback instance: whose epoch is whose cannot be known any more. */
  join(model: ModelLike | undefined): void {
    this.#trainings++
    if (model) this.#models.push(new WeakRef(model))
    if (this.#shared) return
    this.#shared = true
    this.#closeWindows()
    this.#note(
      'CALLBACK_SHARED',
      'one energy callback is used by two trainings at the same time: they are measured as one run without epochs. Give each fit its own energyCallback()',
    )
  }

  noteOverlap(): void {
    if (this.#overlapNoted) return
    this.#overlapNoted = true
    this.#tracker.warn(
      'TRAININGS_OVERLAP',
      'another training of this process had not reached its end meanwhile; energy of the time they shared is in both runs and must not be added up',
    )
  }

  beginEpoch(index: number): void {
    // Called again for the epoch that is open: the callback is in the list twice.
    if (this.#shared || this.#epoch?.index === index) return
    this.#firstEpoch ??= index
    this.#epoch = { index, window: this.#tracker.window('epoch', { index }) }
    this.#phases?.beginEpoch()
  }

  beginBatch(batch: number): void {
    this.#phases?.beginBatch()
    if (this.#epoch) this.#batches?.begin(this.#epoch.index, batch)
  }

  /** True if the end of this batch is the edge of something that is measured apart. */
  needsEndOf(batch: number): boolean {
    if (!this.#epoch) return false
    return this.#phases?.needsEndOf(batch) === true || this.#batches?.needsEnd === true
  }

  /** Call with the device's queue drained. */
  endBatch(batch: number, metrics: Readonly<Record<string, number>>): void {
    this.#batches?.end(metrics)
    if (this.#phases?.needsEndOf(batch)) this.#phases.endBatch(batch)
  }

  watchBudgetInEpoch(): void {
    this.#obeySignal()
    if (!this.#hasBudget || performance.now() < this.#nextBudgetCheck) return
    const began = performance.now()
    this.#watch(this.#tracker.figures())
    const took = performance.now() - began
    this.#nextBudgetCheck = performance.now() + Math.max(BUDGET_INTERVAL_MS, took * BUDGET_REST)
  }

  /** What a policy's cap asks for, once. */
  #obeySignal(): void {
    const { signal } = this.#tracker
    if (this.#hasObeyed || !signal.aborted) return
    this.#hasObeyed = true
    this.#requestStop(String(signal.reason))
  }

  /** Undefined where the epoch cannot be attributed. */
  endEpoch(metrics: Readonly<Record<string, number>>): EpochFigures | undefined {
    const epoch = this.#epoch
    if (!epoch) return undefined
    this.#batches?.close()
    const phases = this.#phases?.endEpoch()
    if (this.#phases && !phases && Object.keys(metrics).some(name => name.startsWith('val_'))) {
      this.#note('VALIDATION_NOT_SPLIT', `epoch ${epoch.index} has no phases: ${this.#phases.reason}`)
    }
    epoch.window.end()
    this.#epoch = undefined
    epoch.window.logMetrics(metrics)
    const figures = epoch.window.figures()
    this.#past.push(figures)
    return { figures, ...(phases && { phases }) }
  }

  /** What follows from the figures of an epoch: forecast, progress line, budget. */
  report(epoch: number, metrics: Readonly<Record<string, number>>, { figures }: EpochFigures): void {
    const total = this.#tracker.figures()
    const coming = this.#forecast(total)
    this.#progress?.(
      progressLine({
        epoch,
        ...(this.#plannedEpochs !== undefined && { epochs: this.#plannedEpochs }),
        metrics,
        figures,
        total,
        ...(coming && { forecast: coming }),
      }),
    )
    this.#watch(total, coming)
  }

  #forecast(total: WindowFigures): Forecast | undefined {
    if (this.#plannedEpochs === undefined || this.#firstEpoch === undefined) return undefined
    const coming = forecast(this.#past, total, this.#plannedEpochs - this.#firstEpoch)
    if (coming) {
      this.#tracker.logMetrics({
        predicted_kwh: coming.energyKwh?.value ?? Number.NaN,
        predicted_g: coming.carbonGrams?.value ?? Number.NaN,
        predicted_s: coming.seconds.value,
      })
    }
    return coming
  }

  #closeWindows(): void {
    this.#batches?.close()
    this.#phases?.endEpoch()
    this.#epoch?.window.end()
    this.#epoch = undefined
  }

  /** @returns whether this was the last of the trainings that use this session. */
  endTraining(): boolean {
    this.#trainings--
    return this.#trainings === 0
  }

  async finish(): Promise<RunRecord | undefined> {
    this.#closeWindows()
    if (!this.#ownsTracker) return undefined
    const reason = this.#stopReason
    return this.#tracker.stop({ status: 'finished', ...(reason !== undefined && { reason }) })
  }

  /** The `fit` did not reach its end. A run that is not ours goes on, with a note. */
  async fail(reason: string): Promise<void> {
    this.#closeWindows()
    if (this.#ownsTracker) await this.#tracker.stop({ status: 'failed', reason })
    else this.#tracker.warn('TRAINING_FAILED', reason)
  }
}
