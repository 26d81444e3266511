import type { EnergyWindow, Tracker, WindowFigures } from '@epochwatt/core'

/** Figures of the two phases of an epoch. */
export interface PhaseFigures {
  readonly train: WindowFigures
  readonly validation: WindowFigures
}

/**
 * Windows `train` and `validation` inside an epoch of `fitDataset`, which validates between its last batch and the
 * epoch's end. `fit` validates inside its last batch, where no callback is called: there it cannot be told apart.
 */
export class PhaseWindows {
  readonly #tracker: Tracker
  readonly #lastBatch: number
  #train: EnergyWindow | undefined
  #validation: EnergyWindow | undefined

  constructor(tracker: Tracker, steps: number) {
    this.#tracker = tracker
    this.#lastBatch = steps - 1
  }

  begin(): void {
    this.#validation = undefined
    this.#train = this.#tracker.window('train')
  }

  isLast(batch: number): boolean {
    return batch === this.#lastBatch
  }

  /** Call after the last batch, with the device's queue drained. */
  turn(): void {
    this.#train?.end()
    this.#validation = this.#tracker.window('validation')
  }

  /** Closes what is open. Figures only when both phases were there: training that stops early does not validate. */
  end(): PhaseFigures | undefined {
    this.#train?.end()
    this.#validation?.end()
    if (!this.#train || !this.#validation) return undefined
    return { train: this.#train.figures(), validation: this.#validation.figures() }
  }
}

/** Steps of an epoch if its phases can be told apart: only `fitDataset` leaves `samples` empty. */
export const splittableSteps = (
  params: Readonly<Record<string, unknown>> | undefined,
): number | undefined => {
  const { steps, samples, doValidation } = params ?? {}
  return doValidation === true && samples == null && typeof steps === 'number' && steps > 0
    ? steps
    : undefined
}
