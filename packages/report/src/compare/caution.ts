import type { ComparedRun } from './compared-run.js'

/** Something that differs between the runs and that a reader must weigh. */
export interface Caution {
  readonly code:
    | 'scope'
    | 'static-policy'
    | 'tier'
    | 'grid-basis'
    | 'grid-kind'
    | 'grid-zone'
    | 'grid-fallback'
    | 'pue'
    | 'methodology'
    | 'status'
  readonly message: string
  /** Runs in question; all of them where the runs differ among themselves. */
  readonly runs: readonly string[]
}

const list = (values: Iterable<string | number>): string => [...values].join(', ')

/** A caution when a property is not the same in all runs. */
const differing = (
  runs: readonly ComparedRun[],
  code: Caution['code'],
  property: (run: ComparedRun) => string | number | undefined,
  message: (values: string) => string,
): readonly Caution[] => {
  const values = new Set(runs.map(property).filter(value => value !== undefined))
  return values.size > 1 ? [{ code, message: message(list(values)), runs: runs.map(run => run.id) }] : []
}

const some = (
  runs: readonly ComparedRun[],
  code: Caution['code'],
  concerned: (run: ComparedRun) => boolean,
  message: string,
): readonly Caution[] => {
  const ids = runs.filter(concerned).map(run => run.id)
  return ids.length > 0 ? [{ code, message, runs: ids }] : []
}

/** What stands between these runs and a fair comparison. */
export const cautionsOf = (runs: readonly ComparedRun[]): readonly Caution[] => [
  ...differing(
    runs,
    'scope',
    run => run.scope,
    values => `Runs differ in scope (${values}): their energies are not of the same thing.`,
  ),
  ...differing(
    runs,
    'static-policy',
    run => run.static_policy,
    values => `Runs book idle power differently (${values}).`,
  ),
  ...differing(
    runs,
    'tier',
    run => run.energy_kwh?.tier,
    values => `Energy comes from different tiers (${values}): instruments and models err in different ways.`,
  ),
  ...differing(
    runs,
    'grid-basis',
    run => run.grid.basis,
    values => `Grid intensities are of different basis (${values}): carbon is not ranked across them.`,
  ),
  ...differing(
    runs,
    'grid-kind',
    run => run.grid.kind,
    values => `Grid intensities are of different kind (${values}): carbon is not ranked across them.`,
  ),
  ...differing(
    runs,
    'grid-zone',
    run => run.grid.zone,
    values => `Runs are on different grids (${values}): carbon compares places, energy compares code.`,
  ),
  ...some(
    runs,
    'grid-fallback',
    run => run.grid.fallback,
    'The place is unknown and the world average stands in: carbon is an order of magnitude at best.',
  ),
  ...differing(
    runs,
    'pue',
    run => run.pue,
    values => `Buildings differ (PUE ${values}), which carbon contains and energy does not.`,
  ),
  ...differing(
    runs,
    'methodology',
    run => `methodology ${run.methodology}, data ${run.data_version}`,
    values => `Runs were computed by different versions (${values}).`,
  ),
  ...some(
    runs,
    'status',
    run => run.status !== 'finished',
    'Not every run was finished: a total covers only what was done; energy per epoch is fairer.',
  ),
]
