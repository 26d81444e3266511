import {
  type Attributes,
  checkOptions,
  OptionError,
  type RunExporter,
  type Tracker,
  type TrackingOptions,
} from '@epochwatt/core'
import { type Budget, checkBudget } from './budget.js'
import type { TensorFlowLike, YieldEvery } from './tensorflow.js'

/** Options of `energyCallback`: those of `startTracking`, and how to behave inside `fit`. */
export interface EnergyCallbackOptions extends TrackingOptions {
  /** The namespace of TensorFlow.js that made the model: needed in lists with callback instances, and to stop. */
  tf?: TensorFlowLike
  /** A run that is already being tracked: epochs become windows of it, and it is not stopped. Default: a run per `fit`. */
  tracker?: Tracker
  /** As in `fit`, whose own `yieldEvery` does not reach callback instances. Default `auto`, every 125 ms. */
  yieldEvery?: YieldEvery
  /** 1: a line per epoch on stderr; 0: none. Default: a line on a terminal, unless `fit` has `verbose: 0`. */
  verbose?: 0 | 1
  /**
   * Measure validation apart from training. In `fitDataset` with known steps the edge is seen; in `fit` it is inferred
   * from the time of the other batches, which needs some, and the device is waited for after each.
   */
  splitValidation?: boolean
  /**
   * Windows of single batches in the record and for exporters, with their loss: the first fifty, then ever fewer. The
   * device is waited for at their edges. Default false.
   */
  batches?: boolean
  /** Limits to the run's energy, carbon, hours or cost, and what to do at them. */
  budget?: Budget
}

/** What others add to the run of one `fit`: facts at its beginning, files before its end. */
export interface RunAdditions {
  readonly params: Attributes
  began(tracker: Tracker): void
  /** An epoch has ended, outside its window. */
  epochEnded(epoch: number, metrics: Readonly<Record<string, number>>): Promise<void>
  /** The training is through and its run still open. */
  ending(): Promise<void>
}

/** The same, checked, with defaults and apart from what goes to `startTracking`. */
export interface CallbackSettings {
  readonly tf?: TensorFlowLike
  readonly tracker?: Tracker
  readonly tracking: TrackingOptions
  readonly yieldEvery: YieldEvery
  readonly verbose?: 0 | 1
  readonly splitValidation: boolean
  readonly batches: boolean
  readonly budget?: Budget
  readonly additions?: RunAdditions
  /** Made anew for each run, since an exporter belongs to one. */
  readonly newExporters?: readonly (() => RunExporter)[]
}

/** What a run of a training is started with. */
export const runOptions = (
  { tracking, newExporters = [] }: CallbackSettings,
  found: Attributes,
): TrackingOptions => ({
  ...tracking,
  params: { ...found, ...tracking.params },
  ...(newExporters.length > 0 && {
    exporters: [...(tracking.exporters ?? []), ...newExporters.map(create => create())],
  }),
})

const YIELD_WORDS: readonly unknown[] = ['auto', 'batch', 'epoch', 'never']

/** @throws OptionError */
export const checkTensorFlow = (tf: TensorFlowLike): void => {
  if (typeof tf?.CustomCallback !== 'function') {
    throw new OptionError('tf', tf, 'the namespace of TensorFlow.js: import * as tf from "@tensorflow/tfjs"')
  }
}

/**
 * Checks all options at once, while an error can still reach whoever wrote them: inside `fit` nothing may throw.
 *
 * @throws OptionError and EpochwattError as `startTracking` would.
 */
export const checkedSettings = (options: EnergyCallbackOptions): CallbackSettings => {
  const {
    tf,
    tracker,
    yieldEvery = 'auto',
    verbose,
    splitValidation = false,
    batches = false,
    budget,
    ...tracking
  } = options
  if (tf !== undefined) checkTensorFlow(tf)
  if (!YIELD_WORDS.includes(yieldEvery) && !(typeof yieldEvery === 'number' && yieldEvery >= 0)) {
    throw new OptionError(
      'yieldEvery',
      yieldEvery,
      '"auto", "batch", "epoch", "never" or a number of milliseconds',
    )
  }
  if (verbose !== undefined && verbose !== 0 && verbose !== 1)
    throw new OptionError('verbose', verbose, '0 or 1')
  if (typeof splitValidation !== 'boolean')
    throw new OptionError('splitValidation', splitValidation, 'true or false')
  if (typeof batches !== 'boolean') throw new OptionError('batches', batches, 'true or false')
  if (budget !== undefined) checkBudget(budget, tf !== undefined)
  if (tracker === undefined) {
    checkOptions(tracking)
  } else {
    if (typeof tracker?.window !== 'function')
      throw new OptionError('tracker', tracker, 'what startTracking() returned')
    const [extra] = Object.keys(tracking) as (keyof TrackingOptions)[]
    if (extra)
      throw new OptionError(extra, tracking[extra], 'only without "tracker", which has options of its own')
  }
  return {
    ...(tf && { tf }),
    ...(tracker && { tracker }),
    tracking,
    yieldEvery,
    ...(verbose !== undefined && { verbose }),
    splitValidation,
    batches,
    ...(budget && { budget }),
  }
}
