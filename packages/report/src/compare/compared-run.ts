import type {
  GridBasis,
  GridKind,
  Quantity,
  RunRecord,
  RunStatus,
  Scope,
  StaticPolicy,
} from '@epochwatt/core'
import { meanEpochEnergy } from '../reading/epochs-total.js'
import { headlineCarbon } from '../reading/headline.js'
import { finalMetric } from '../reading/metrics.js'
import type { Standing } from './standing.js'

/** What a comparison needs of one run. Absent figures are unknown. */
export interface ComparedRun extends Standing {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunStatus
  readonly started_at: string
  readonly duration_s: number
  readonly epochs: number
  /** IT energy of the run. */
  readonly energy_kwh?: Quantity
  readonly measured_share?: number
  /** Mean over the epochs that ran to their end. */
  readonly energy_per_epoch_kwh?: Quantity
  /** Operational carbon: comparable between runs whether or not embodied carbon was counted. */
  readonly operational_carbon_g?: Quantity
  /** Headline carbon, embodied included where it was counted. */
  readonly total_carbon_g?: Quantity
  readonly metric?: number
  readonly scope: Scope
  readonly static_policy: StaticPolicy
  readonly pue: number
  readonly grid: {
    readonly zone: string
    readonly g_per_kwh: number
    readonly basis: GridBasis
    readonly kind: GridKind
    readonly year?: number
    readonly fallback: boolean
  }
  readonly methodology: string
  readonly data_version: string
}

/** The figures of a run that comparisons are made of. */
export const comparedRun = (record: RunRecord, metric: string | undefined): ComparedRun => {
  const { grid } = record
  return {
    id: record.id,
    name: record.name,
    project: record.project,
    status: record.status,
    started_at: record.started_at,
    duration_s: record.duration_s,
    epochs: record.epochs.length,
    energy_kwh: record.energy.total_kwh,
    measured_share: record.energy.measured_share,
    energy_per_epoch_kwh: meanEpochEnergy(record.epochs),
    operational_carbon_g: record.carbon.operational_g,
    total_carbon_g: headlineCarbon(record).quantity,
    metric: metric === undefined ? undefined : finalMetric(record, metric),
    scope: record.scope,
    static_policy: record.static_policy,
    pue: record.pue.value,
    grid: {
      zone: grid.zone,
      g_per_kwh: grid.g_per_kwh.value,
      basis: grid.basis,
      kind: grid.kind,
      year: grid.year,
      fallback: grid.fallback,
    },
    methodology: record.methodology.version,
    data_version: record.methodology.data_version,
  }
}
