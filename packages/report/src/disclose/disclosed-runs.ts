import type { Component, GridBasis, GridKind, Quantity, RunRecord, RunStatus, Tier } from '@epochwatt/core'
import { headlineCarbon } from '../reading/headline.js'
import { mixedIntensities, sumOfRuns } from '../reading/sum.js'
import { hardwareText, placeText } from '../reading/surroundings.js'

/** A grid that runs were on. Where the intensity differed between them: its span, and its mean weighted by energy. */
export interface DisclosedGrid {
  readonly zone: string
  readonly source: string
  readonly year?: number
  readonly basis: GridBasis
  readonly kind: GridKind
  readonly fallback: boolean
  readonly g_per_kwh: { readonly value: number; readonly low: number; readonly high: number }
  readonly runs: number
}

/** A PUE (facility energy per IT energy, at least 1) that runs were reckoned with, and where it is from. */
export interface DisclosedPue {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly source: string
  readonly how: string
  readonly runs: number
}

/** Everything that is published about a set of runs, as plain data: all formats are made of it. */
export interface DisclosedRuns {
  readonly projects: readonly string[]
  /** ISO 8601; absent without runs. */
  readonly period?: { readonly from: string; readonly to: string }
  readonly runs: { readonly all: number; readonly by_status: Partial<Record<RunStatus, number>> }
  /** Run time of all runs together. */
  readonly duration_s: number
  readonly energy: {
    /** IT energy of all runs whose energy is known. */
    readonly total_kwh?: Quantity
    /** `total_kwh` with the PUE of each run. */
    readonly facility_kwh?: Quantity
    /** Of `total_kwh`, what runs used that did not finish. */
    readonly unfinished_kwh?: Quantity
    readonly measured_share?: number
    /** Runs whose energy is unknown: they are in no sum. */
    readonly unknown_runs: number
  }
  readonly carbon: {
    readonly operational_g?: Quantity
    readonly embodied_g?: Quantity
    /** Operational and, where it was counted, embodied. */
    readonly total_g?: Quantity
    readonly without_embodied_runs: number
    /** Runs whose carbon is unknown: they are in no sum. */
    readonly unknown_runs: number
    /** Why there is no sum. */
    readonly reason?: string
  }
  readonly grids: readonly DisclosedGrid[]
  readonly pues: readonly DisclosedPue[]
  readonly places: readonly string[]
  readonly hardware: readonly string[]
  /** What the energy figures stand on, without repetition. */
  readonly methods: readonly { readonly tier: Tier; readonly method: string }[]
  readonly scopes: readonly RunRecord['scope'][]
  readonly static_policies: readonly RunRecord['static_policy'][]
  readonly not_counted: readonly {
    readonly component: Component
    readonly reason: string
    readonly runs: number
  }[]
  readonly warnings: readonly { readonly code: string; readonly runs: number }[]
  readonly software: readonly { readonly name: string; readonly version: string }[]
  readonly methodologies: readonly { readonly version: string; readonly data_version: string }[]
}

const distinct = <Value>(values: readonly Value[]): readonly Value[] => [
  ...new Map(values.map(value => [JSON.stringify(value), value])).values(),
]

/** Groups in the order in which their keys first appear. */
const grouped = <Value>(
  values: readonly Value[],
  key: (value: Value) => unknown,
): readonly (readonly [Value, ...Value[]])[] => {
  const groups = new Map<string, [Value, ...Value[]]>()
  for (const value of values) {
    const name = JSON.stringify(key(value))
    const group = groups.get(name)
    if (group) group.push(value)
    else groups.set(name, [value])
  }
  return [...groups.values()]
}

const gridOf = (records: readonly [RunRecord, ...RunRecord[]]): DisclosedGrid => {
  const [{ grid }] = records
  const weights = records.map(({ energy }) => energy.total_kwh?.value ?? 0)
  const weight = weights.reduce((sum, each) => sum + each, 0)
  const intensities = records.map(record => record.grid.g_per_kwh)
  const mean =
    weight > 0
      ? intensities.reduce((sum, { value }, i) => sum + value * (weights[i]! / weight), 0)
      : intensities[0]!.value
  return {
    zone: grid.zone,
    source: grid.source,
    ...(grid.year !== undefined && { year: grid.year }),
    basis: grid.basis,
    kind: grid.kind,
    fallback: grid.fallback,
    g_per_kwh: {
      value: new Set(intensities.map(({ value }) => value)).size === 1 ? intensities[0]!.value : mean,
      low: Math.min(...intensities.map(({ low }) => low)),
      high: Math.max(...intensities.map(({ high }) => high)),
    },
    runs: records.length,
  }
}

const energyOf = (records: readonly RunRecord[]): DisclosedRuns['energy'] => {
  const known = records.filter(({ energy }) => energy.total_kwh)
  const total = sumOfRuns(
    known.map(({ energy }) => energy.total_kwh),
    'sum over runs, bounds added up',
  )
  const facility = sumOfRuns(
    known.map(({ energy }) => energy.facility_kwh),
    'sum over runs of energy × PUE, bounds added up',
  )
  const unfinished = sumOfRuns(
    known.filter(({ status }) => status !== 'finished').map(({ energy }) => energy.total_kwh),
    'sum over runs that did not finish, bounds added up',
  )
  const measured = known.reduce(
    (sum, { energy }) => sum + energy.total_kwh!.value * (energy.measured_share ?? Number.NaN),
    0,
  )
  return {
    ...(total && { total_kwh: total }),
    ...(facility && { facility_kwh: facility }),
    ...(unfinished && { unfinished_kwh: unfinished }),
    ...(total && total.value > 0 && !Number.isNaN(measured) && { measured_share: measured / total.value }),
    unknown_runs: records.length - known.length,
  }
}

const carbonOf = (records: readonly RunRecord[]): DisclosedRuns['carbon'] => {
  const known = records.filter(({ carbon }) => carbon.operational_g)
  const counts = {
    without_embodied_runs: known.filter(({ carbon }) => !carbon.embodied_g).length,
    unknown_runs: records.length - known.length,
  }
  const embodied = sumOfRuns(
    known.map(({ carbon }) => carbon.embodied_g),
    'sum over runs, bounds added up',
  )
  const reason =
    known.length === 0
      ? 'the carbon of no run is known'
      : mixedIntensities(known.map(({ grid }) => ({ basis: grid.basis, kind: grid.kind })))
  if (reason !== undefined) return { ...(embodied && { embodied_g: embodied }), ...counts, reason }
  const operational = sumOfRuns(
    known.map(({ carbon }) => carbon.operational_g),
    'sum over runs of energy × PUE × grid intensity, bounds added up',
  )
  const total = sumOfRuns(
    known.map(record => headlineCarbon(record).quantity),
    embodied ? 'operational + embodied, summed over runs' : 'operational alone, summed over runs',
  )
  return {
    ...(operational && { operational_g: operational }),
    ...(embodied && { embodied_g: embodied }),
    ...(total && { total_g: total }),
    ...counts,
  }
}

/** A component whose energy is inside that of another one is counted, though it has no line of its own. */
const isContained = (reason: string): boolean => reason.startsWith('contained in ')

const notCounted = (records: readonly RunRecord[]): DisclosedRuns['not_counted'] => {
  const lines = records.flatMap(({ energy }) =>
    (Object.keys(energy.components) as Component[]).flatMap(component => {
      const { kwh, reason = 'no reason was recorded' } = energy.components[component]
      return kwh || isContained(reason) ? [] : [{ component, reason }]
    }),
  )
  return grouped(lines, line => line).map(group => ({ ...group[0], runs: group.length }))
}

const periodOf = (records: readonly RunRecord[]): DisclosedRuns['period'] => {
  const starts = records.map(record => record.started_at).sort()
  const ends = records.map(record => record.ended_at).sort()
  return starts.length > 0 ? { from: starts[0]!, to: ends.at(-1)! } : undefined
}

/** The package's own version stands first; other tools appear where they recorded a run that was imported. */
const SOFTWARE = ['epochwatt', '@epochwatt/core', 'codecarbon', 'carbontracker']

const softwareOf = (records: readonly RunRecord[]): DisclosedRuns['software'] =>
  distinct(
    records.flatMap(({ software }) =>
      SOFTWARE.flatMap(name => {
        const version = Object.hasOwn(software, name) ? software[name] : undefined
        return version === undefined
          ? []
          : [{ name: name === '@epochwatt/core' ? 'epochwatt' : name, version }]
      }),
    ),
  )

/** Adds up runs, failed and discarded ones like any other. What must not be added is not, and says why. */
export const disclosedRuns = (records: readonly RunRecord[]): DisclosedRuns => {
  const period = periodOf(records)
  return {
    projects: distinct(records.map(({ project }) => project)),
    ...(period && { period }),
    runs: {
      all: records.length,
      by_status: Object.fromEntries(
        grouped(records, ({ status }) => status).map(group => [group[0].status, group.length]),
      ),
    },
    duration_s: records.reduce((sum, { duration_s }) => sum + duration_s, 0),
    energy: energyOf(records),
    carbon: carbonOf(records),
    grids: grouped(records, ({ grid: { zone, source, year, basis, kind, fallback } }) => [
      zone,
      source,
      year,
      basis,
      kind,
      fallback,
    ]).map(gridOf),
    pues: grouped(records, ({ pue: { value, low, high, source, how } }) => [
      value,
      low,
      high,
      source,
      how,
    ]).map(group => {
      const [{ pue }] = group
      const { value, low, high, source, how } = pue
      return { value, low, high, source, how, runs: group.length }
    }),
    places: distinct(records.map(placeText).filter(place => place !== undefined)),
    hardware: distinct(records.map(hardwareText).filter(hardware => hardware !== undefined)),
    methods: distinct(
      records.flatMap(({ sensors }) =>
        sensors
          .filter(({ state, method }) => state === 'used' && method !== undefined)
          .map(({ tier, method }) => ({ tier, method: method! })),
      ),
    ),
    scopes: distinct(records.map(({ scope }) => scope)),
    static_policies: distinct(records.map(({ static_policy }) => static_policy)),
    not_counted: notCounted(records),
    warnings: grouped(
      records.flatMap(({ warnings }) => distinct(warnings.map(({ code }) => code))),
      code => code,
    ).map(group => ({ code: group[0], runs: group.length })),
    software: softwareOf(records),
    methodologies: distinct(
      records.map(({ methodology: { version, data_version } }) => ({ version, data_version })),
    ),
  }
}
