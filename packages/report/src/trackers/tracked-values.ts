import { JOULES_PER_KWH, type RunRecord, type SpanFigures, type WindowEvent } from '@epochwatt/core'

/**
 * Numbers under the names by which every tracker shows them: everything before the slash is a section of charts, units
 * are in the name because trackers have no field for them.
 */
export type TrackedValues = Readonly<Record<string, number>>

/** Unknown figures are left out: a metric that is not there is unknown, a 0 would be a claim. */
const known = (values: Readonly<Record<string, number | undefined>>): TrackedValues =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value !== undefined && Number.isFinite(value) ? [[key, value]] : [],
    ),
  )

const figures = (
  prefix: string,
  { energy_kwh, carbon_g }: SpanFigures,
): Record<string, number | undefined> => ({
  [`energy/${prefix}_kwh`]: energy_kwh?.value,
  [`carbon/${prefix}_gco2eq`]: carbon_g?.value,
})

/** Mean power of an epoch; the one figure whose last value says little about the run. */
export const EPOCH_POWER = 'energy/epoch_mean_watts'

/**
 * An epoch that ended, by its index: its own figures and those of the run so far. Undefined for other windows.
 *
 * @example
 * ```ts
 * // In an exporter:
 * for (const event of events) if (event.type === 'window') console.log(epochValues(event)?.values)
 * ```
 */
export const epochValues = (
  event: WindowEvent,
): { readonly index: number; readonly values: TrackedValues } | undefined => {
  const { index } = event.attributes
  if (event.name !== 'epoch' || typeof index !== 'number') return undefined
  const { energy_kwh } = event.figures
  const watts =
    energy_kwh && event.durationSeconds > 0
      ? (energy_kwh.value * JOULES_PER_KWH) / event.durationSeconds
      : undefined
  return {
    index,
    values: known({
      ...figures('epoch', event.figures),
      ...figures('total', event.totals),
      [EPOCH_POWER]: watts,
    }),
  }
}

/**
 * Totals of a finished run, with bounds.
 *
 * @example
 * ```ts
 * totalValues(openStore().read('latest'))['energy/total_kwh'] // kWh
 * ```
 */
export const totalValues = ({ energy, carbon }: RunRecord): TrackedValues =>
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
