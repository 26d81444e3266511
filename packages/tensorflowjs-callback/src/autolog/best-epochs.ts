type Metrics = Readonly<Record<string, number>>

/** What a model is judged by, and whether less of it is better: the first of these that an epoch has. */
const CRITERIA: readonly (readonly [metric: string, sign: 1 | -1])[] = [
  ['val_loss', 1],
  ['val_accuracy', -1],
  ['val_acc', -1],
  ['loss', 1],
]

/** Tells of each epoch in turn whether it is the best so far. */
export const bestEpochs = (): ((metrics: Metrics) => boolean) => {
  let criterion: (typeof CRITERIA)[number] | undefined
  let best = Number.POSITIVE_INFINITY
  return metrics => {
    criterion ??= CRITERIA.find(([metric]) => metric in metrics)
    if (!criterion) return false
    const [metric, sign] = criterion
    // NaN, as of a training that diverges, is never better.
    const value = sign * (metrics[metric] ?? Number.NaN)
    if (!(value < best)) return false
    best = value
    return true
  }
}
