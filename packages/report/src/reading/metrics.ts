import type { RunRecord } from '@epochwatt/core'

/** Figures of ours that a training framework may have taken into its own logs; they are no metric of the model. */
const OUR_OWN = new Set(['energy_kwh', 'carbon_g'])

/** Names of the user's numbers over all epochs, in the order in which they first appear. */
export const epochMetricNames = (record: RunRecord): readonly string[] => {
  const names = new Set<string>()
  for (const epoch of record.epochs) {
    for (const name of Object.keys(epoch.metrics)) if (!OUR_OWN.has(name)) names.add(name)
  }
  return [...names]
}

/** The metric that a reader looks at first: the loss where there is one, else the first. */
export const mainMetric = (record: RunRecord): string | undefined => {
  const names = epochMetricNames(record)
  return names.includes('loss') ? 'loss' : names[0]
}

/** The name under which the validation's twin of a metric is logged, if it is. */
export const validationTwin = (record: RunRecord, metric: string): string | undefined =>
  epochMetricNames(record).find(name => name === `val_${metric}`)

const LONGEST_NAME = 24

/** A metric's name for where there is little room. */
export const shortName = (name: string): string => {
  const characters = [...name]
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : name
}

/** A metric of the whole run: logged for the run itself, else the last one that an epoch logged. */
export const finalMetric = (record: RunRecord, metric: string): number | undefined =>
  record.metrics[metric] ??
  record.epochs.findLast(epoch => epoch.metrics[metric] !== undefined)?.metrics[metric]
