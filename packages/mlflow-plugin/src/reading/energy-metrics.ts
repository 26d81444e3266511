import type { RunRecord } from '@epochwatt/core'
import { EPOCH_POWER, type LoggedEpoch, recordOfLogged } from '@epochwatt/report/trackers'
import type { MetricPoint, Run } from 'mlflow-js-client'

/** Histories that a run without a record is put together from. */
export const EPOCH_KEYS = ['energy/epoch_kwh', 'carbon/epoch_gco2eq', EPOCH_POWER] as const

/** Points of those metrics, by key and step. */
export type EpochPoints = ReadonlyMap<string, ReadonlyMap<number, MetricPoint>>

/** The figure of the run so far: what is sent with time is often newer than what is sent with epochs. */
const newest = (...values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

const secondsOf = ({ timestamp }: MetricPoint, run: Run): number =>
  Math.max(0, (timestamp - run.info.startTime) / 1000)

const epochsOf = (run: Run, points: EpochPoints): LoggedEpoch[] => {
  const [energyKey, carbonKey, powerKey] = EPOCH_KEYS
  return [...(points.get(energyKey) ?? [])]
    .sort(([a], [b]) => a - b)
    .map(([index, point]) => ({
      index,
      endedSeconds: secondsOf(point, run),
      energyKwh: point.value,
      meanPowerWatts: points.get(powerKey)?.get(index)?.value,
      carbonGrams: points.get(carbonKey)?.get(index)?.value,
      metrics: {},
    }))
}

const statuses = {
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
  RUNNING: 'running',
  SCHEDULED: 'running',
} as const

/**
 * The record of a run that logged figures of ours but not, or not yet, its record: made of its metrics. Undefined where
 * there is no energy among them.
 */
export const recordOfMetrics = (run: Run, points: EpochPoints, project: string): RunRecord | undefined => {
  const { metrics, params, latestMetrics } = run.data
  const facts = { ...run.data.tags, ...params }
  const { startTime, endTime, runId } = run.info
  const lastSeen = endTime ?? Math.max(startTime, ...latestMetrics.map(({ timestamp }) => timestamp))
  return recordOfLogged({
    from: 'MLflow metrics',
    id: facts['epochwatt.run_id'] ?? `mlflow-${runId}`,
    name: run.info.runName,
    project,
    status: statuses[run.info.status],
    startedAt: new Date(startTime),
    durationSeconds: Math.max(0, (lastSeen - startTime) / 1000),
    scope: facts.energy_scope,
    tier: facts.energy_tier,
    totals: {
      ...metrics,
      'energy/total_kwh': newest(metrics['energy/total_kwh'], metrics['system/energy_total_kwh']),
      'carbon/total_gco2eq': metrics['carbon/total_gco2eq'] ?? metrics['system/carbon_total_gco2eq'],
    },
    epochs: epochsOf(run, points),
    zone: facts.energy_country_iso ?? facts.energy_grid_zone,
    gramsPerKwh: Number(facts.energy_grid_gco2eq_per_kwh) || undefined,
    isGridFallback: facts.energy_grid_fallback === 'true',
    pue: Number(facts.energy_pue) || undefined,
    warning: {
      code: 'MLFLOW_NO_RECORD',
      message: `MLflow run ${runId} has no energy/record.json: its figures were read from its metrics, without sensors`,
    },
    params,
    tags: { mlflow_run_id: runId },
    metrics: Object.fromEntries(
      Object.entries(metrics).filter(([key]) => !/^(energy|carbon|system)\//.test(key)),
    ),
  })
}
