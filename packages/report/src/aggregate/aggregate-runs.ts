import { EpochwattError, type Quantity, type RunRecord, type Tier } from '@epochwatt/core'
import { asDigest, type RunDigest } from '../reading/run-digest.js'
import { mixedIntensities } from '../reading/sum.js'

/** What runs are grouped by; any tag by `tag:` and its name. */
export const AGGREGATE_FIELDS = ['project', 'user', 'team', 'month', 'hardware', 'status', 'grid'] as const

/** One of `AGGREGATE_FIELDS`, or a tag of the runs, e.g. `tag:grant`. */
export type AggregateField = (typeof AGGREGATE_FIELDS)[number] | `tag:${string}`

/** A sum with bounds; the tier is the worst of its parts. */
export interface AggregateSum {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly tier: Tier
}

/** The sums of one group of runs. Energy in kWh, carbon in gCO2e. */
export interface AggregateRow {
  /** One for each field, in their order; null where the run does not say. */
  readonly group: readonly (string | null)[]
  readonly runs: number
  readonly finished_runs: number
  readonly duration_h: number
  /** IT energy of the runs whose energy is known. */
  readonly energy_kwh?: AggregateSum
  /** Of `energy_kwh`, what runs used that failed or were killed. */
  readonly failed_kwh: number
  /** Absent where intensities of the group must not be added; `carbon_reason` says why. */
  readonly operational_g?: AggregateSum
  readonly embodied_g?: AggregateSum
  readonly carbon_reason?: string
  /** Runs whose energy is unknown: they are in no sum. */
  readonly unknown_runs: number
}

/** Sums of runs by group, as `aggregateRuns` makes them. */
export interface Aggregate {
  readonly by: readonly AggregateField[]
  /** The most energy first. */
  readonly rows: readonly AggregateRow[]
  readonly total: AggregateRow
}

const FIELD: Record<(typeof AGGREGATE_FIELDS)[number], (run: RunDigest) => string | undefined> = {
  project: run => run.project,
  user: run => run.tags.user,
  team: run => run.tags.team,
  // ISO 8601 in UTC begins with it.
  month: run => run.started_at.slice(0, 7),
  hardware: run => run.hardware,
  status: run => run.status,
  grid: run => run.grid.zone,
}

const isField = (field: string): field is AggregateField =>
  (AGGREGATE_FIELDS as readonly string[]).includes(field) || /^tag:./.test(field)

const readField = (field: AggregateField): ((run: RunDigest) => string | undefined) =>
  field.startsWith('tag:')
    ? run => (Object.hasOwn(run.tags, field.slice(4)) ? run.tags[field.slice(4)] : undefined)
    : FIELD[field as (typeof AGGREGATE_FIELDS)[number]]

const RANK: readonly Tier[] = ['measured', 'modelled', 'assumed']

/** Bounds add up: runs share the errors of sensors, models and factors. */
const sum = (quantities: readonly (Quantity | undefined)[]): AggregateSum | undefined => {
  let [value, low, high, rank, count] = [0, 0, 0, 0, 0]
  for (const quantity of quantities) {
    if (!quantity) continue
    value += quantity.value
    low += quantity.low
    high += quantity.high
    rank = Math.max(rank, RANK.indexOf(quantity.tier))
    count++
  }
  return count > 0 ? { value, low, high, tier: RANK[rank]! } : undefined
}

const rowOf = (group: AggregateRow['group'], runs: readonly RunDigest[]): AggregateRow => {
  const energy = sum(runs.map(run => run.energy.total_kwh))
  const known = runs.filter(run => run.carbon.operational_g)
  const reason = mixedIntensities(known.map(run => run.grid))
  const operational = reason === undefined ? sum(known.map(run => run.carbon.operational_g)) : undefined
  const embodied = sum(runs.map(run => run.carbon.embodied_g))
  const lost = runs.filter(({ status }) => status === 'failed' || status === 'killed')
  return {
    group,
    runs: runs.length,
    finished_runs: runs.filter(({ status }) => status === 'finished').length,
    duration_h: runs.reduce((total, { duration_s }) => total + duration_s, 0) / 3600,
    ...(energy && { energy_kwh: energy }),
    failed_kwh: sum(lost.map(run => run.energy.total_kwh))?.value ?? 0,
    ...(operational && { operational_g: operational }),
    ...(embodied && { embodied_g: embodied }),
    ...(reason !== undefined && { carbon_reason: reason }),
    unknown_runs: runs.filter(run => !run.energy.total_kwh).length,
  }
}

/**
 * Energy and carbon of many runs, rolled up. Runs that failed or were discarded count like any other.
 *
 * @throws EpochwattError `OPTION_INVALID` for a field that is none.
 * @example
 * aggregateRuns(openStore().list().records, ['team', 'month']).rows[0]?.energy_kwh
 */
export const aggregateRuns = (
  runs: readonly (RunRecord | RunDigest)[],
  by: readonly AggregateField[] = ['project'],
): Aggregate => {
  const wrong = by.find(field => !isField(field))
  if (wrong !== undefined)
    throw new EpochwattError(
      'OPTION_INVALID',
      `Runs cannot be grouped by ${JSON.stringify(wrong)}; accepted: ${AGGREGATE_FIELDS.join(', ')}, or tag: and the name of a tag.`,
    )
  const digests = runs.map(asDigest)
  const readers = by.map(readField)
  const groups = new Map<string, { readonly group: AggregateRow['group']; readonly runs: RunDigest[] }>()
  for (const run of digests) {
    const group = readers.map(read => read(run) ?? null)
    const key = JSON.stringify(group)
    const known = groups.get(key)
    if (known) known.runs.push(run)
    else groups.set(key, { group, runs: [run] })
  }
  return {
    by,
    rows: [...groups.values()]
      .map(({ group, runs: own }) => rowOf(group, own))
      .sort((a, b) => (b.energy_kwh?.value ?? -1) - (a.energy_kwh?.value ?? -1)),
    total: rowOf(
      by.map(() => null),
      digests,
    ),
  }
}
