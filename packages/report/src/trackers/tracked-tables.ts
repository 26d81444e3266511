import type { EpochRecord, RunRecord } from '@epochwatt/core'

type Cell = string | number | null

const COLUMNS: Readonly<Record<string, (epoch: EpochRecord) => Cell | undefined>> = {
  epoch: epoch => epoch.index,
  duration_s: epoch => epoch.ended_s - epoch.started_s,
  energy_kwh: epoch => epoch.energy_kwh?.value,
  low_kwh: epoch => epoch.energy_kwh?.low,
  high_kwh: epoch => epoch.energy_kwh?.high,
  tier: epoch => epoch.energy_kwh?.tier,
  carbon_g: epoch => epoch.carbon_g?.value,
  mean_power_w: epoch => epoch.mean_power_w,
}

/**
 * One row an epoch, own figures first, then the user's metrics; null = unknown. The `split` form of pandas.
 *
 * @example
 * ```ts
 * const { columns, data } = epochTable(openStore().read('latest'))
 * columns.slice(0, 4) // ['epoch', 'duration_s', 'energy_kwh', 'low_kwh']
 * ```
 */
export const epochTable = ({
  epochs,
}: RunRecord): { readonly columns: readonly string[]; readonly data: readonly (readonly Cell[])[] } => {
  const metrics = [...new Set(epochs.flatMap(epoch => Object.keys(epoch.metrics)))]
  return {
    columns: [...Object.keys(COLUMNS), ...metrics],
    data: epochs.map(epoch => [
      ...Object.values(COLUMNS).map(read => read(epoch) ?? null),
      ...metrics.map(name => epoch.metrics[name] ?? null),
    ]),
  }
}

/**
 * Power over time, one line a point.
 *
 * @example
 * ```ts
 * writeFileSync('power.csv', samplesCsv(openStore().read('latest')))
 * ```
 */
export const samplesCsv = ({ power }: RunRecord): string =>
  [
    'seconds,mean_w,min_w,max_w',
    ...power.t_s.map((t, i) => [t, power.mean_w[i], power.min_w[i], power.max_w[i]].join(',')),
    '',
  ].join('\n')
