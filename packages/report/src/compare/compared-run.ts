import type {
  Component,
  GridBasis,
  GridKind,
  Quantity,
  RunStatus,
  Scope,
  StaticPolicy,
  WasteRecord,
} from '@epochwatt/core'
import { headlineCarbon } from '../reading/headline.js'
import { type PerUnit, perUnit } from '../reading/per-unit.js'
import type { RunDigest } from '../reading/run-digest.js'
import type { Standing } from './standing.js'

/** What a comparison needs of one run. Absent figures are unknown. */
export interface ComparedRun extends Standing, PerUnit {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunStatus
  readonly started_at: string
  /** Where it was read, as whoever compares calls it. */
  readonly source?: string
  readonly duration_s: number
  /** How many there were. */
  readonly epochs: number
  /** IT energy of the run. */
  readonly energy_kwh?: Quantity
  readonly measured_share?: number
  /** The parts of `energy_kwh` that have a figure of their own. */
  readonly components: Readonly<Partial<Record<Component, Quantity>>>
  /** Operational carbon: comparable between runs whether or not embodied carbon was counted. */
  readonly operational_carbon_g?: Quantity
  /** Headline carbon, embodied included where it was counted. */
  readonly total_carbon_g?: Quantity
  /** The value that the run ended with, in the metric's own unit. */
  readonly metric?: number
  /** What of the run served nothing, as far as its record shows. */
  readonly waste?: WasteRecord
  readonly hardware?: string
  readonly tags: Readonly<Record<string, string>>
  readonly scope: Scope
  readonly static_policy: StaticPolicy
  /** Power usage effectiveness, a ratio of 1 or more. */
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
export const comparedRun = (run: RunDigest, metric: string | undefined): ComparedRun => {
  const { grid } = run
  return {
    id: run.id,
    name: run.name,
    project: run.project,
    status: run.status,
    started_at: run.started_at,
    duration_s: run.duration_s,
    epochs: run.epochs.count,
    energy_kwh: run.energy.total_kwh,
    measured_share: run.energy.measured_share,
    components: run.energy.components,
    ...perUnit(run, metric),
    operational_carbon_g: run.carbon.operational_g,
    total_carbon_g: headlineCarbon(run).quantity,
    metric: metric === undefined ? undefined : run.metrics[metric],
    waste: run.waste,
    hardware: run.hardware,
    tags: run.tags,
    scope: run.scope,
    static_policy: run.static_policy,
    pue: run.pue.value,
    grid: {
      zone: grid.zone,
      g_per_kwh: grid.g_per_kwh.value,
      basis: grid.basis,
      kind: grid.kind,
      year: grid.year,
      fallback: grid.fallback,
    },
    methodology: run.methodology.version,
    data_version: run.methodology.data_version,
  }
}
