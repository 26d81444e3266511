import type { RunRecord, WindowEvent } from '@epochwatt/core'
import { epochValues, type TrackedValues, totalValues } from '@epochwatt/report'
import type { MetricInput } from 'mlflow-js-client'

const points = (values: TrackedValues, at: Pick<MetricInput, 'step' | 'timestamp'>): MetricInput[] =>
  Object.entries(values).map(([key, value]) => ({ key, value, ...at }))

/** Metrics of an epoch that ended: its figures, and what the training logged if nobody else sends that. */
export const epochMetrics = (event: WindowEvent, ownsRun: boolean): MetricInput[] => {
  const epoch = epochValues(event)
  if (!epoch) return []
  return points(
    { ...epoch.values, ...(ownsRun ? event.metrics : {}) },
    { step: epoch.index, timestamp: event.timeMs },
  )
}

/** Power over the run, by time: keys below `system/` go to the tab of system metrics. */
export const powerMetrics = ({ power, started_at }: RunRecord): MetricInput[] => {
  const began = Date.parse(started_at)
  return power.t_s.map((seconds, step) => ({
    key: 'system/total_power_watts',
    value: power.mean_w[step]!,
    step,
    timestamp: Math.round(began + seconds * 1000),
  }))
}

/** Totals of a finished run, at a step after every epoch, so that they are the latest values that tables show. */
export const totalMetrics = (record: RunRecord, timestamp: number): MetricInput[] => {
  const last = Math.max(0, ...record.epochs.map(({ index }) => index))
  return points(totalValues(record), { step: last + 1, timestamp })
}

/** What the figures stand on. Underscores, since filters then need no quotes. */
export const energyParams = (record: RunRecord): Record<string, string | number> => ({
  energy_grid_zone: record.grid.zone,
  energy_grid_gco2eq_per_kwh: record.grid.g_per_kwh.value,
  energy_grid_source: record.grid.source,
  energy_grid_fallback: String(record.grid.fallback),
  energy_pue: record.pue.value,
  energy_tier: record.energy.total_kwh?.tier ?? 'unknown',
  energy_scope: record.scope,
  energy_sensors: record.sensors
    .filter(({ state }) => state === 'used')
    .map(({ id }) => id)
    .join(', '),
  ...(record.methodology.sampling_interval_ms !== undefined && {
    energy_interval_s: record.methodology.sampling_interval_ms / 1000,
  }),
  energy_method_version: record.methodology.version,
  energy_data_version: record.methodology.data_version,
})
