import type { EnergyWindow, Tracker, WindowFigures } from '@epochwatt/core'
import { BatchTimes } from './batch-times.js'
import type { TrainingParams } from './tensorflow.js'

/** Figures of the two phases of an epoch. */
export interface PhaseFigures {
  readonly train: WindowFigures
  readonly validation: WindowFigures
}

/** How an epoch comes to its two windows, `train` and `validation`. */
export interface PhaseSplit {
  beginEpoch(): void
  beginBatch(): void
  /** Whether the end of this batch matters, and the device has to be waited for. */
  needsEndOf(batch: number): boolean
  /** After a batch that matters, with the device's queue drained. */
  endBatch(batch: number): void
  /** Closes what is open. Figures only when both phases could be told apart. */
  endEpoch(): PhaseFigures | undefined
  /** Why an epoch that did validate has no phases. */
  readonly reason: string
}

/** `fitDataset` validates after the end of its last batch: the phases are what lies before and behind. */
const splitAfterLastBatch = (tracker: Tracker, steps: number): PhaseSplit => {
  let train: EnergyWindow | undefined
  let validation: EnergyWindow | undefined
  return {
    beginEpoch: () => {
      validation = undefined
      train = tracker.window('train')
    },
    beginBatch: () => {},
    needsEndOf: batch => batch === steps - 1,
    endBatch: () => {
      train?.end()
      validation = tracker.window('validation')
    },
    endEpoch: () => {
      train?.end()
      validation?.end()
      // Training that stops early does not validate.
      return train && validation && { train: train.figures(), validation: validation.figures() }
    },
    reason: 'it had fewer batches than announced: its validation is inside its train phase',
  }
}

/** What the last batch takes without validation is off by about half the spread: then validation is by about a sixth. */
const CLEARLY_LONGER = 3

/**
 * `fit` validates inside its last batch, where no callback is called: what that batch took longer than the others is
 * validation. Both windows are drawn in hindsight; where too little is to compare with there are none.
 */
const splitInsideLastBatch = (tracker: Tracker, samples: number, batchSize: number): PhaseSplit => {
  const last = Math.ceil(samples / batchSize) - 1
  const sizeOfLast = (samples - last * batchSize) / batchSize
  const times = new BatchTimes()
  let epochBegan = 0
  let batchBegan = 0
  let phases: readonly [train: EnergyWindow, validation: EnergyWindow] | undefined
  return {
    beginEpoch: () => {
      phases = undefined
      epochBegan = performance.now()
    },
    beginBatch: () => {
      batchBegan = performance.now()
    },
    needsEndOf: () => true,
    endBatch: batch => {
      const now = performance.now()
      if (batch !== last) {
        times.add(now - batchBegan)
        return
      }
      const usual = times.usual()
      if (!usual) return
      const turn = batchBegan + usual.median * sizeOfLast
      if (now - turn <= usual.spread * CLEARLY_LONGER) return
      const train = tracker.window('train', {}, { startedAt: epochBegan })
      train.end({ endedAt: turn })
      const validation = tracker.window('validation', {}, { startedAt: turn })
      validation.end({ endedAt: now })
      phases = [train, validation]
    },
    endEpoch: () => phases && { train: phases[0].figures(), validation: phases[1].figures() },
    reason:
      'fit validates inside its last batch, and its other batches were too few or too uneven to tell how long that one takes without',
  }
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined

/** Undefined where it cannot be known which batch is the last one. Only `fitDataset` leaves `samples` empty. */
export const phaseSplit = (tracker: Tracker, params: TrainingParams): PhaseSplit | undefined => {
  const [samples, batchSize, steps] = [params.samples, params.batchSize, params.steps].map(count)
  if (samples !== undefined && batchSize !== undefined)
    return splitInsideLastBatch(tracker, samples, batchSize)
  return steps === undefined ? undefined : splitAfterLastBatch(tracker, steps)
}
