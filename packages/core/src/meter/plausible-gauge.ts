import type { SensorSpec } from '../sensors/sensor.js'
import type { MeanStretch } from './gauge-curve.js'
import type { ReadingSeries } from './reading-series.js'

/** Where nothing is known about the hardware: more than a rack of the densest kind draws. */
const CEILING_WATTS = 1e6

/** A gauge shows moments, which pass a limit that is set for means by more than means do. */
const CEILING_MARGIN = 3

/** A gauge's readings without those that cannot be: they count as failed reads. */
export interface PlausibleGauge {
  readonly series: Pick<ReadingSeries, 'times' | 'raws'>
  readonly means: readonly MeanStretch[]
  /** How many were refused. */
  readonly refused: number
}

/**
 * Refuses what no hardware draws: a negative power, or one far above the device's limit. One damaged reading would
 * otherwise be the energy of the whole run.
 */
export const plausibleGauge = (
  { scale, maxPowerWatts }: Pick<SensorSpec, 'scale' | 'maxPowerWatts'>,
  series: ReadingSeries,
  means: readonly MeanStretch[],
): PlausibleGauge => {
  const most = maxPowerWatts === undefined ? CEILING_WATTS : maxPowerWatts * CEILING_MARGIN
  const isRefused = (raw: number): boolean => raw * scale < 0 || raw * scale > most
  const refused = series.raws.filter(isRefused).length
  const believedMeans = means.filter(({ raw }) => !isRefused(raw))
  if (refused === 0 && believedMeans.length === means.length) return { series, means, refused }
  const raws = series.raws.map(raw => (isRefused(raw) ? Number.NaN : raw))
  return { series: { times: series.times, raws }, means: believedMeans, refused }
}
