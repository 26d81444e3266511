import type { Quantity } from '@epochwatt/core'
import type { RunDigest } from './run-digest.js'

/** Energy of a run over what it got for it. Absent where the run does not say how much that was. */
export interface PerUnit {
  /** Mean over the epochs that ran to their end. */
  readonly energy_per_epoch_kwh?: Quantity
  /** Energy of a mean epoch over the training samples in it, times 1000. Needs the parameter `samples`. */
  readonly energy_per_1k_samples_kwh?: Quantity
  /** All energy of the run over the percentage points of accuracy that it reached. */
  readonly energy_per_accuracy_point_kwh?: Quantity
  /** The metric whose points were taken. */
  readonly accuracy_metric?: string
}

const over = (quantity: Quantity, count: number, method: string): Quantity => ({
  ...quantity,
  value: quantity.value / count,
  low: quantity.low / count,
  high: quantity.high / count,
  method,
})

/** What was learnt shows on data that were not trained on; the training's own accuracy only where there is no other. */
const ACCURACIES = ['test_accuracy', 'test_acc', 'val_accuracy', 'val_acc', 'accuracy', 'acc'] as const

const accuracyOf = ({ metrics }: RunDigest, metric: string | undefined): string | undefined =>
  [...(metric !== undefined && /(^|_)acc(uracy)?$/.test(metric) ? [metric] : []), ...ACCURACIES].find(
    name => metrics[name] !== undefined,
  )

/** Accuracies are shares or percentages; what is neither is no accuracy. */
const pointsOf = (accuracy: number): number | undefined => {
  if (accuracy > 0 && accuracy <= 1) return accuracy * 100
  return accuracy > 1 && accuracy <= 100 ? accuracy : undefined
}

/**
 * Energy per epoch, per 1000 samples and per point of accuracy.
 *
 * @param metric The metric that is looked at; taken for the points where it is an accuracy.
 */
export const perUnit = (digest: RunDigest, metric: string | undefined): PerUnit => {
  const epoch = digest.epochs.energy_kwh
  const { samples } = digest.params
  const accuracy = accuracyOf(digest, metric)
  const points = accuracy === undefined ? undefined : pointsOf(digest.metrics[accuracy]!)
  const { total_kwh } = digest.energy
  return {
    ...(epoch && { energy_per_epoch_kwh: epoch }),
    ...(epoch &&
      typeof samples === 'number' &&
      samples > 0 && {
        energy_per_1k_samples_kwh: over(
          epoch,
          samples / 1000,
          `mean epoch over its ${samples} training samples × 1000`,
        ),
      }),
    ...(total_kwh &&
      points !== undefined && {
        energy_per_accuracy_point_kwh: over(
          total_kwh,
          points,
          `energy of the run over ${accuracy} in points of 100`,
        ),
        accuracy_metric: accuracy,
      }),
  }
}
