import type { RunRecord, SpanFigures, WindowEvent } from '@epochwatt/core'
import type { MetricInput } from 'mlflow-js-client'

/**
 * Names as MLflow's interface groups them: everything before the last slash is a section of charts, `system/` goes to
 * the tab of system metrics, units are in the name because there is no field for them.
 */
const figures = (
  prefix: string,
  { energy_kwh, carbon_g }: SpanFigures,
): Record<string, number | undefined> => ({
  [`energy/${prefix}_kwh`]: energy_kwh?.value,
  [`carbon/${prefix}_gco2eq`]: carbon_g?.value,
})

/** Unknown figures are left out: a metric that is not there is unknown, a 0 would be a claim. */
const known = (
  values: Readonly<Record<string, number | undefined>>,
  at: Pick<MetricInput, 'step' | 'timestamp'>,
): MetricInput[] =>
  Object.entries(values).flatMap(([key, value]) =>
    value !== undefined && Number.isFinite(value) ? [{ key, value, ...at }] : [],
  )

/** Metrics of an epoch that ended: its own figures, those of the run so far, and what the training logged. */
export const epochMetrics = (event: WindowEvent, ownsRun: boolean): MetricInput[] => {
  const { index } = event.attributes
  if (event.name !== 'epoch' || typeof index !== 'number') return []
  const { energy_kwh } = event.figures
  const watts =
    energy_kwh && event.durationSeconds > 0 ? (energy_kwh.value * 3.6e6) / event.durationSeconds : undefined
  return known(
    {
      ...figures('epoch', event.figures),
      ...figures('total', event.totals),
      'energy/epoch_mean_watts': watts,
      // The loss of a run that somebody else keeps is theirs to log.
      ...(ownsRun ? event.metrics : {}),
    },
    { step: index, timestamp: event.timeMs },
  )
}

/** Power over the run, by time, for the tab of system metrics. */
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
  const { energy, carbon } = record
  const last = Math.max(0, ...record.epochs.map(({ index }) => index))
  return known(
    {
      'energy/total_kwh': energy.total_kwh?.value,
      'energy/total_kwh_low': energy.total_kwh?.low,
      'energy/total_kwh_high': energy.total_kwh?.high,
      'energy/facility_kwh': energy.facility_kwh?.value,
      'energy/static_kwh': energy.static_kwh?.value,
      'energy/cpu_kwh': energy.components.cpu.kwh?.value,
      'energy/gpu_kwh': energy.components.gpu.kwh?.value,
      'energy/ram_kwh': energy.components.memory.kwh?.value,
      'energy/measured_share': energy.measured_share,
      'carbon/total_gco2eq': carbon.operational_g?.value,
      'carbon/total_gco2eq_low': carbon.operational_g?.low,
      'carbon/total_gco2eq_high': carbon.operational_g?.high,
      'carbon/embodied_gco2eq': carbon.embodied_g?.value,
    },
    { step: last + 1, timestamp },
  )
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
