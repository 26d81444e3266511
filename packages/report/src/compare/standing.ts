import { type Configured, repeatedRuns } from '../reading/configuration.js'
import type { ComparedRun } from './compared-run.js'

/** Which way a metric is better. */
export type Better = 'higher' | 'lower'

const LOWER = /loss|error|err$|(^|_)(mse|rmse|mae|mape|wer|cer|fid)(_|$)|perplexity|ppl|deviance/i
const HIGHER = /acc|auc|(^|_)(f1|r2|iou|map|bleu|rouge)|precision|recall|score|reward/i

/** Told from the name where that is plain; undefined where it is not. */
export const betterOf = (metric: string): Better | undefined => {
  const [lower, higher] = [LOWER.test(metric), HIGHER.test(metric)]
  if (lower === higher) return undefined
  return lower ? 'lower' : 'higher'
}

/** How a run stands among the others. */
export interface Standing {
  /**
   * `front`: by best guesses no other run has a metric as good for less energy. `dominated`: another has a metric at
   * least as good and surely less energy, their intervals being apart. Else neither, or it cannot be told.
   */
  readonly standing?: 'front' | 'dominated'
  /** Id of a run that dominates it. */
  readonly dominated_by?: string
  /** Id of the earliest finished run with the same project, parameters and tags. */
  readonly repeats?: string
}

type Placed = ComparedRun & {
  readonly energy_kwh: NonNullable<ComparedRun['energy_kwh']>
  readonly metric: number
}

const isPlaced = (run: ComparedRun): run is Placed =>
  run.energy_kwh !== undefined && run.metric !== undefined && Number.isFinite(run.metric)

/** Energies of different scope or idle policy are not of the same thing: each kind has a front of its own. */
const kindOf = ({ scope, static_policy }: ComparedRun): string => `${scope} ${static_policy}`

/** Runs from the best metric to the worst, those with an equal metric together. */
const tiers = (runs: readonly Placed[], better: Better): readonly (readonly Placed[])[] => {
  const sign = better === 'lower' ? 1 : -1
  const sorted = [...runs].sort((a, b) => sign * (a.metric - b.metric))
  const groups: Placed[][] = []
  for (const run of sorted) {
    const last = groups.at(-1)
    if (last?.[0]?.metric === run.metric) last.push(run)
    else groups.push([run])
  }
  return groups
}

const least = (runs: readonly Placed[], bound: 'value' | 'high'): Placed =>
  runs.reduce((best, run) => (run.energy_kwh[bound] < best.energy_kwh[bound] ? run : best))

const standingsOf = (runs: readonly Placed[], better: Better): ReadonlyMap<string, Standing> => {
  const standings = new Map<string, Standing>()
  let frugal: Placed | undefined
  let surest: Placed | undefined
  for (const tier of tiers(runs, better)) {
    surest = least(surest ? [surest, ...tier] : tier, 'high')
    const cheapest = least(tier, 'value')
    const isFront = !frugal || cheapest.energy_kwh.value < frugal.energy_kwh.value
    for (const run of tier) {
      if (surest.energy_kwh.high < run.energy_kwh.low)
        standings.set(run.id, { standing: 'dominated', dominated_by: surest.id })
      else if (isFront && run.energy_kwh.value === cheapest.energy_kwh.value)
        standings.set(run.id, { standing: 'front' })
    }
    if (isFront) frugal = cheapest
  }
  return standings
}

/** Standing of each run by its id: the trade of the metric against energy, and repeated configurations. */
export const standings = (
  records: readonly Configured[],
  runs: readonly ComparedRun[],
  better: Better | undefined,
): ReadonlyMap<string, Standing> => {
  const all = new Map<string, Standing>()
  if (better !== undefined) {
    const placed = runs.filter(isPlaced)
    for (const kind of new Set(placed.map(kindOf))) {
      const alike = placed.filter(run => kindOf(run) === kind)
      for (const [id, standing] of standingsOf(alike, better)) all.set(id, standing)
    }
  }
  for (const [first, ...repeats] of repeatedRuns(records)) {
    for (const { id } of repeats) all.set(id, { ...all.get(id), repeats: first.id })
  }
  return all
}
