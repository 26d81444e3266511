import { type Component, type Quantity, RECORD_SCHEMA, type RunRecord } from '@epochwatt/core'
import { recompute } from '@epochwatt/core/planning'
import { meanEpochEnergy } from './epochs-total.js'
import { epochMetricNames, finalMetric } from './metrics.js'
import { hardwareText } from './surroundings.js'

/** Form of the digest; an index of digests of another form is built anew. */
export const DIGEST_FORM = 1

/**
 * What lists, comparisons and roll-ups need of a run, a small part of its record: no samples, windows or sensors, and
 * the epochs summed up. Thousands of them fit where a few hundred records do.
 */
export interface RunDigest
  extends Pick<
    RunRecord,
    | 'id'
    | 'name'
    | 'project'
    | 'status'
    | 'started_at'
    | 'ended_at'
    | 'duration_s'
    | 'scope'
    | 'static_policy'
    | 'carbon'
    | 'pue'
    | 'location'
    | 'params'
    | 'tags'
    | 'waste'
  > {
  readonly digest: typeof DIGEST_FORM
  readonly energy: Pick<
    RunRecord['energy'],
    'total_kwh' | 'static_kwh' | 'facility_kwh' | 'measured_share' | 'reason'
  > & {
    /** Those that have a figure. */
    readonly components: Readonly<Partial<Record<Component, Quantity>>>
  }
  readonly grid: Omit<RunRecord['grid'], 'beside'>
  readonly epochs: {
    readonly count: number
    readonly complete: number
    /** Mean of the complete ones. */
    readonly energy_kwh?: Quantity
  }
  /** Last value of each number that an epoch or the run logged. */
  readonly metrics: Readonly<Record<string, number>>
  /** Processor and accelerators, in words. */
  readonly hardware?: string
  readonly methodology: Pick<RunRecord['methodology'], 'version' | 'data_version'>
}

const lastMetrics = (record: RunRecord): RunDigest['metrics'] => ({
  ...Object.fromEntries(epochMetricNames(record).map(name => [name, finalMetric(record, name)!])),
  ...record.metrics,
})

const knownComponents = ({ energy }: RunRecord): RunDigest['energy']['components'] =>
  Object.fromEntries(
    Object.entries(energy.components).flatMap(([component, { kwh }]) => (kwh ? [[component, kwh]] : [])),
  )

/**
 * The digest of a record. Pure.
 *
 * @example
 * ```ts
 * const { energy, metrics } = digestOf(openStore().read('latest'))
 * ```
 */
export const digestOf = (record: RunRecord): RunDigest => {
  const { energy, epochs, methodology } = record
  const { beside, ...grid } = record.grid
  const perEpoch = meanEpochEnergy(epochs)
  const hardware = hardwareText(record)
  return {
    digest: DIGEST_FORM,
    id: record.id,
    name: record.name,
    project: record.project,
    status: record.status,
    started_at: record.started_at,
    ended_at: record.ended_at,
    duration_s: record.duration_s,
    scope: record.scope,
    static_policy: record.static_policy,
    energy: {
      ...(energy.total_kwh && { total_kwh: energy.total_kwh }),
      ...(energy.static_kwh && { static_kwh: energy.static_kwh }),
      ...(energy.facility_kwh && { facility_kwh: energy.facility_kwh }),
      ...(energy.measured_share !== undefined && { measured_share: energy.measured_share }),
      ...(energy.reason !== undefined && { reason: energy.reason }),
      components: knownComponents(record),
    },
    carbon: record.carbon,
    grid,
    pue: record.pue,
    location: record.location,
    epochs: {
      count: epochs.length,
      complete: epochs.filter(({ complete }) => complete).length,
      ...(perEpoch && { energy_kwh: perEpoch }),
    },
    ...(record.waste && { waste: record.waste }),
    params: record.params,
    tags: record.tags,
    metrics: lastMetrics(record),
    ...(hardware !== undefined && { hardware }),
    methodology: { version: methodology.version, data_version: methodology.data_version },
  }
}

const isDigest = (run: RunRecord | RunDigest): run is RunDigest => 'digest' in run

/**
 * Records become digests; digests stay what they are.
 *
 * @example
 * ```ts
 * const record = openStore().read('latest')
 * asDigest(asDigest(record)).id === record.id // true
 * ```
 */
export const asDigest = (run: RunRecord | RunDigest): RunDigest => (isDigest(run) ? run : digestOf(run))

const NOTHING = { t_s: [], mean_w: [], min_w: [], max_w: [] }

/** A record of what the digest holds, for what is computed from totals alone. */
const bareRecord = (digest: RunDigest): RunRecord => {
  const components = Object.fromEntries(
    (['cpu', 'memory', 'gpu', 'other'] as const).map(name => {
      const kwh = digest.energy.components[name]
      return [name, kwh ? { kwh } : {}]
    }),
  ) as RunRecord['energy']['components']
  return {
    ...digest,
    schema: RECORD_SCHEMA,
    energy: { ...digest.energy, components },
    epochs: [],
    outside_epochs: { duration_s: 0 },
    windows: [],
    power: NOTHING,
    sensors: [],
    warnings: [],
    software: {},
    hardware: {},
  }
}

/** The record itself, or what a digest holds of it. */
export const fullRecord = (run: RunRecord | RunDigest): RunRecord => (isDigest(run) ? bareRecord(run) : run)

/**
 * The run on the grid of another country. Energy and PUE stay what they were.
 *
 * @throws OptionError for a country that is none.
 */
export const rebased = (digest: RunDigest, country: string): RunDigest => {
  const { record } = recompute(bareRecord(digest), { country })
  const { beside, ...grid } = record.grid
  return { ...digest, carbon: record.carbon, grid, pue: record.pue, location: record.location }
}
