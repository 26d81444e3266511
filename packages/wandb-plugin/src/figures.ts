import type { RunRecord, SpanFigures, WindowEvent } from '@epochwatt/core'

/** Flat names with a slash: W&B draws everything before it as a section. Units are in the name: there is no field. */
export type Row = Readonly<Record<string, number>>

const figures = (
  prefix: string,
  { energy_kwh, carbon_g }: SpanFigures,
): Record<string, number | undefined> => ({
  [`energy/${prefix}_kwh`]: energy_kwh?.value,
  [`carbon/${prefix}_gco2eq`]: carbon_g?.value,
})

/** Unknown figures are left out: a metric that is not there is unknown, a 0 would be a claim. */
const known = (values: Readonly<Record<string, number | undefined>>): Row =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value !== undefined && Number.isFinite(value) ? [[key, value]] : [],
    ),
  )

/** Mean power of epochs; the one figure whose last value says little about the run. */
export const EPOCH_POWER = 'energy/epoch_mean_watts'

/** An epoch that ended: its own figures and those of the run so far. Undefined for other windows. */
export const epochRow = (event: WindowEvent, stepMetric: string): Row | undefined => {
  const { index } = event.attributes
  if (event.name !== 'epoch' || typeof index !== 'number') return undefined
  const { energy_kwh } = event.figures
  const watts =
    energy_kwh && event.durationSeconds > 0 ? (energy_kwh.value * 3.6e6) / event.durationSeconds : undefined
  return known({
    ...figures('epoch', event.figures),
    ...figures('total', event.totals),
    [EPOCH_POWER]: watts,
    [stepMetric]: index,
  })
}

/** Totals of a finished run with their bounds, for its summary. */
export const totals = ({ energy, carbon }: RunRecord): Row =>
  known({
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
  })

/**
 * The name under which W&B draws the run's power over time. `system.powerWatts` is W&B's own name for what a whole
 * machine was measured to draw, and is kept for that.
 */
const powerName = ({ scope, energy }: RunRecord): string =>
  scope === 'machine' && energy.total_kwh?.tier === 'measured' ? 'system.powerWatts' : 'epochwatt.powerWatts'

/** Power over the run, by time, for the section of system metrics. */
export const powerEvents = (record: RunRecord): { readonly values: Row; readonly timestamp: Date }[] => {
  const { power, started_at } = record
  const began = Date.parse(started_at)
  const name = powerName(record)
  return power.t_s.map((seconds, i) => ({
    values: { [name]: power.mean_w[i]! },
    timestamp: new Date(Math.round(began + seconds * 1000)),
  }))
}
