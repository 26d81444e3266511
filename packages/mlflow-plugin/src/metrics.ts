import type { PowerEvent, RunRecord, WindowEvent } from '@epochwatt/core'
import { epochValues, type TrackedValues, totalValues } from '@epochwatt/report/trackers'
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

/**
 * Power now and the run so far. Keys below `system/` go to the tab of system metrics, whose axis is time: there, totals
 * grow between epochs, too. `gpu_…_power_usage_watts` is MLflow's own name.
 */
export const powerMetrics = (event: PowerEvent): MetricInput[] => {
  const { powerWatts, gpuPowerWatts, gridGramsPerKwh, totals } = event
  const values: Readonly<Record<string, number | undefined>> = {
    'system/total_power_watts': powerWatts.total,
    'system/cpu_power_watts': powerWatts.cpu,
    'system/ram_power_watts': powerWatts.memory,
    ...Object.fromEntries(
      gpuPowerWatts.map((watts, board) => [`system/gpu_${board}_power_usage_watts`, watts]),
    ),
    'system/energy_total_kwh': totals.energy_kwh?.value,
    'system/carbon_total_gco2eq': totals.carbon_g?.value,
    'system/grid_carbon_intensity_gco2eq_per_kwh': gridGramsPerKwh,
  }
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]),
  )
  return points(Object.fromEntries(known), { step: event.index, timestamp: event.timeMs })
}

/** Totals of a finished run, at a step after every epoch, so that they are the latest values that tables show. */
export const totalMetrics = (record: RunRecord, timestamp: number): MetricInput[] => {
  const last = Math.max(0, ...record.epochs.map(({ index }) => index))
  return points(totalValues(record), { step: last + 1, timestamp })
}
