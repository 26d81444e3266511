import type { Quantity } from '@epochwatt/core'
import type { ComparedRun } from './compared-run.js'

/** kWh of the run, kWh per epoch, and operational gCO2e. */
export type ComparedFigure = 'energy' | 'energy_per_epoch' | 'carbon'

/**
 * - `less`, `more`: the intervals do not overlap.
 * - `open`: they overlap, so that the data do not tell the runs apart.
 * - `not-comparable`: the two figures mean different things.
 * - `unknown`: one of the figures is unknown.
 */
export type Outcome = 'less' | 'more' | 'open' | 'not-comparable' | 'unknown'

/** What can be said of one figure of a run beside the reference run's. */
export interface Verdict {
  readonly figure: ComparedFigure
  readonly run: string
  readonly reference: string
  readonly outcome: Outcome
  /** Run over reference; bounds are the worst pairing of the two intervals. */
  readonly ratio?: { readonly value: number; readonly low: number; readonly high: number }
  /** Why, in one sentence. */
  readonly reason: string
}

const quantityOf = (run: ComparedRun, figure: ComparedFigure): Quantity | undefined =>
  ({ energy: run.energy_kwh, energy_per_epoch: run.energy_per_epoch_kwh, carbon: run.operational_carbon_g })[
    figure
  ]

const FIGURE_NAME: Record<ComparedFigure, string> = {
  energy: 'energy',
  energy_per_epoch: 'energy per epoch',
  carbon: 'carbon',
}

/** Why two figures do not mean the same, if they do not. */
const mismatch = (run: ComparedRun, reference: ComparedRun, figure: ComparedFigure): string | undefined => {
  if (run.scope !== reference.scope) {
    return `one figure is of the ${run.scope}, the other of the ${reference.scope}`
  }
  if (run.static_policy !== reference.static_policy) {
    return `idle power is booked differently: ${run.static_policy} and ${reference.static_policy}`
  }
  if (figure !== 'carbon') return undefined
  if (run.grid.basis !== reference.grid.basis) {
    return `grid intensities are of different basis: ${run.grid.basis} and ${reference.grid.basis}`
  }
  if (run.grid.kind !== reference.grid.kind) {
    return `grid intensities are of different kind: ${run.grid.kind} and ${reference.grid.kind}`
  }
  return undefined
}

const ratioOf = (a: Quantity, b: Quantity): Verdict['ratio'] =>
  b.value > 0 && b.low > 0 && b.high > 0
    ? { value: a.value / b.value, low: a.low / b.high, high: a.high / b.low }
    : undefined

/**
 * Compares one figure of two runs. A difference is called only where the intervals do not overlap, which is strict:
 * two runs on one machine share part of their error, and may differ though their intervals touch.
 */
export const judge = (run: ComparedRun, reference: ComparedRun, figure: ComparedFigure): Verdict => {
  const verdict = (outcome: Outcome, reason: string, ratio?: Verdict['ratio']): Verdict => ({
    figure,
    run: run.id,
    reference: reference.id,
    outcome,
    ...(ratio ? { ratio } : {}),
    reason,
  })
  const name = FIGURE_NAME[figure]
  const ours = quantityOf(run, figure)
  const theirs = quantityOf(reference, figure)
  if (!ours || !theirs)
    return verdict('unknown', `The ${name} of ${ours ? 'the reference' : 'this run'} is unknown.`)
  const different = mismatch(run, reference, figure)
  if (different) return verdict('not-comparable', `The ${name} cannot be compared: ${different}.`)
  const ratio = ratioOf(ours, theirs)
  if (ours.high < theirs.low) return verdict('less', `Less ${name}: the intervals do not overlap.`, ratio)
  if (ours.low > theirs.high) return verdict('more', `More ${name}: the intervals do not overlap.`, ratio)
  return verdict('open', `The ${name} may be the same: the intervals overlap.`, ratio)
}
