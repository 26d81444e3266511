import { JOULES_PER_KWH, type WindowFigures } from '@epochwatt/core'
import type { MetricFamily } from './prometheus-text.js'

/**
 * Energy and carbon of one run so far, in the base units that Prometheus asks for.
 *
 * @example
 * ```ts
 * const tracker = startTracking()
 * prometheusPage()(runFamilies(tracker, tracker.figures()))
 * ```
 */
export const runFamilies = (
  run: { readonly id: string },
  figures: WindowFigures,
  powerWatts?: number,
): MetricFamily[] => {
  const { energyKwh, carbonGrams, durationSeconds } = figures
  const joules = (kwh: number | undefined) => (kwh === undefined ? undefined : kwh * JOULES_PER_KWH)
  const family = (
    name: string,
    type: MetricFamily['type'],
    help: string,
    value: number | undefined,
  ): MetricFamily => ({
    name: `epochwatt_run_${name}`,
    type,
    help,
    samples: [{ labels: { run: run.id }, value }],
  })
  const how = energyKwh ? ` The figure is ${energyKwh.tier}.` : ''
  return [
    family(
      'energy_joules_total',
      'counter',
      `Energy attributed to the run so far.${how}`,
      joules(energyKwh?.value),
    ),
    family('energy_low_joules', 'gauge', 'Low end of its 90 % interval.', joules(energyKwh?.low)),
    family('energy_high_joules', 'gauge', 'High end of its 90 % interval.', joules(energyKwh?.high)),
    family(
      'carbon_grams_total',
      'counter',
      'Operational carbon of the run so far, gCO2e.',
      carbonGrams?.value,
    ),
    family('power_watts', 'gauge', 'Mean power since the last reading of this page.', powerWatts),
    family('duration_seconds', 'gauge', 'Time since the run began.', durationSeconds),
  ]
}
