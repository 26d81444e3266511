import type { RunRecord } from '@epochwatt/core'

type Cell = string | number | null

const COLUMNS = [
  'epoch',
  'duration_s',
  'energy_kwh',
  'low_kwh',
  'high_kwh',
  'tier',
  'carbon_g',
  'mean_power_w',
] as const

/** Epochs in the `split` form of pandas, which MLflow's compare view reads. */
export const epochTable = ({ epochs }: RunRecord): string => {
  const metrics = [...new Set(epochs.flatMap(epoch => Object.keys(epoch.metrics)))]
  const data = epochs.map((epoch): Cell[] => {
    const { energy_kwh, carbon_g } = epoch
    const own: Record<(typeof COLUMNS)[number], Cell> = {
      epoch: epoch.index,
      duration_s: epoch.ended_s - epoch.started_s,
      energy_kwh: energy_kwh?.value ?? null,
      low_kwh: energy_kwh?.low ?? null,
      high_kwh: energy_kwh?.high ?? null,
      tier: energy_kwh?.tier ?? null,
      carbon_g: carbon_g?.value ?? null,
      mean_power_w: epoch.mean_power_w ?? null,
    }
    return [...COLUMNS.map(column => own[column]), ...metrics.map(name => epoch.metrics[name] ?? null)]
  })
  return JSON.stringify({ columns: [...COLUMNS, ...metrics], data })
}

/** Power over time, one line a point. */
export const samplesCsv = ({ power }: RunRecord): string =>
  [
    'seconds,mean_w,min_w,max_w',
    ...power.t_s.map((t, i) => [t, power.mean_w[i], power.min_w[i], power.max_w[i]].join(',')),
    '',
  ].join('\n')

interface Listed {
  readonly path: string
  readonly type: string
}

/** The tag by which MLflow knows of tables, with one more path in it. */
export const withTable = (tag: string | undefined, path: string): string => {
  let listed: Listed[] = []
  try {
    const parsed: unknown = JSON.parse(tag ?? '[]')
    if (Array.isArray(parsed)) listed = parsed as Listed[]
  } catch {
    // Not JSON: of no use to MLflow either.
  }
  return JSON.stringify([...listed.filter(entry => entry.path !== path), { path, type: 'table' }])
}
