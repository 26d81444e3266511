import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { betterHour } from '../advice/better-hour.js'
import { cleanerRegion } from '../advice/cleaner-region.js'
import type { Finding } from '../advice/finding.js'
import { asDigest, type RunDigest, rebased } from '../reading/run-digest.js'
import { type Caution, cautionsOf } from './caution.js'
import { type ComparedRun, comparedRun } from './compared-run.js'
import { type Better, betterOf, standings } from './standing.js'
import { type ComparedFigure, judge, type Verdict } from './verdict.js'

/** What runs are held against, and by which metric. */
export interface CompareOptions {
  /** Metric to show beside energy. Default: the loss, else the first metric that any run logged. */
  readonly metric?: string
  /** Id of the run that the others are held against. Default: the first. */
  readonly reference?: string
  /** Which way the metric is better. Default: told from its name, where that is plain. */
  readonly better?: Better
  /** Country whose grid all runs are put on, so that carbon compares code and not places; PUE stays what it was. */
  readonly at?: string
  /** Where runs were read, by id, for those who look at runs of several places. */
  readonly sources?: ReadonlyMap<string, string>
}

/** Runs beside each other, as plain data. */
export interface RunComparison {
  readonly metric?: string
  /** Which way the metric is better; absent where nobody said and its name does not tell. */
  readonly better?: Better
  /** Country whose grid all runs were put on. */
  readonly at?: string
  /** Id of the run that the verdicts are relative to; absent without runs. */
  readonly reference?: string
  /** In the order given. */
  readonly runs: readonly ComparedRun[]
  /** Energy, energy per epoch and carbon of every other run against the reference. */
  readonly verdicts: readonly Verdict[]
  readonly cautions: readonly Caution[]
  /** What the same runs would have saved at another place or hour, each group of runs at one place for itself. */
  readonly reruns: readonly Finding[]
}

const FIGURES: readonly ComparedFigure[] = ['energy', 'energy_per_epoch', 'carbon']

/** The metric that a reader looks at first: the loss where there is one, else the first. */
const chooseMetric = (digests: readonly RunDigest[], wanted: string | undefined): string | undefined => {
  const names = new Set(digests.flatMap(({ metrics }) => Object.keys(metrics)))
  if (wanted === undefined) return names.has('loss') ? 'loss' : [...names][0]
  if (names.has(wanted)) return wanted
  throw new EpochwattError(
    'METRIC_UNKNOWN',
    `No run logged the metric "${wanted}"; logged: ${names.size > 0 ? [...names].join(', ') : 'none'}.`,
  )
}

const chooseReference = (
  runs: readonly ComparedRun[],
  wanted: string | undefined,
): ComparedRun | undefined => {
  if (wanted === undefined) return runs[0]
  const found = runs.find(run => run.id === wanted)
  if (found) return found
  throw new EpochwattError(
    'REFERENCE_UNKNOWN',
    `The reference "${wanted}" is not among the runs compared: ${runs.map(run => run.id).join(', ')}.`,
  )
}

/**
 * Puts runs beside each other: energy and carbon apart, each with its interval, and a verdict only where the
 * intervals allow one. What makes a comparison unfair (scope, tier, grid, versions) is listed.
 *
 * @param given Records, or digests of them where there are many.
 * @throws EpochwattError `METRIC_UNKNOWN` or `REFERENCE_UNKNOWN`; OptionError for a country that is none.
 * @example
 * const { runs, verdicts } = compareRuns(openStore().list().records, { metric: 'val_acc' })
 */
export const compareRuns = (
  given: readonly (RunRecord | RunDigest)[],
  options: CompareOptions = {},
): RunComparison => {
  const { at } = options
  const digests = given.map(asDigest).map(digest => (at === undefined ? digest : rebased(digest, at)))
  const metric = chooseMetric(digests, options.metric)
  const better = options.better ?? (metric === undefined ? undefined : betterOf(metric))
  const figures = digests.map(digest => comparedRun(digest, metric))
  const standingOf = standings(digests, figures, better)
  const { sources } = options
  const runs = figures.map(run => {
    const source = sources?.get(run.id)
    return { ...run, ...standingOf.get(run.id), ...(source !== undefined && { source }) }
  })
  const reference = chooseReference(runs, options.reference)
  return {
    ...(metric === undefined ? {} : { metric }),
    ...(better === undefined ? {} : { better }),
    ...(at === undefined ? {} : { at }),
    ...(reference === undefined ? {} : { reference: reference.id }),
    runs,
    verdicts: reference
      ? runs
          .filter(run => run !== reference)
          .flatMap(run => FIGURES.map(figure => judge(run, reference, figure)))
      : [],
    cautions: cautionsOf(runs),
    reruns: [...cleanerRegion(digests), ...betterHour(digests)],
  }
}
