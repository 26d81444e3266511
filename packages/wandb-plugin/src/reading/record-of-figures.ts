import type { RunRecord } from '@epochwatt/core'
import { EPOCH_POWER, type LoggedEpoch, recordOfLogged } from '@epochwatt/report/trackers'
import type { JsonValue } from 'wandb-node-sdk-shim'
import type { JsonRow, LoggedRun } from './logged-run.js'

/** The metric of a row that makes it an epoch of ours. */
export const EPOCH_ENERGY = 'energy/epoch_kwh'

const GROWING_FIGURES = ['energy/total_kwh', 'carbon/total_gco2eq']
const END_FIGURES = [
  'energy/total_kwh_low',
  'energy/total_kwh_high',
  'energy/measured_share',
  'energy/cpu_kwh',
  'energy/ram_kwh',
  'energy/gpu_kwh',
]

const isObject = (value: JsonValue | undefined): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectAt = (row: JsonRow, key: string): JsonRow => {
  const value = row[key]
  return isObject(value) ? value : {}
}

const numberAt = (row: JsonRow, key: string): number | undefined => {
  const value = row[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

const textAt = (row: JsonRow, key: string): string | undefined => {
  const value = row[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What only grows: the summary of a killed run may be older than its last row. */
const largestOf = ({ summary, rows }: LoggedRun, key: string): number | undefined => {
  const values = [summary, ...rows].flatMap(row => numberAt(row, key) ?? [])
  return values.length > 0 ? Math.max(...values) : undefined
}

const metricsOf = (row: JsonRow): Record<string, number> =>
  Object.fromEntries(
    Object.entries(row).filter(
      (entry): entry is [string, number] =>
        typeof entry[1] === 'number' &&
        Number.isFinite(entry[1]) &&
        !/^(_|energy\/|carbon\/|epoch$)/.test(entry[0]),
    ),
  )

const epochsOf = ({ rows }: LoggedRun): LoggedEpoch[] =>
  rows.flatMap((row, place) => {
    const energyKwh = numberAt(row, EPOCH_ENERGY)
    if (energyKwh === undefined) return []
    return [
      {
        index: numberAt(row, 'epoch') ?? place,
        endedSeconds: numberAt(row, '_runtime') ?? 0,
        energyKwh,
        meanPowerWatts: numberAt(row, EPOCH_POWER),
        carbonGrams: numberAt(row, 'carbon/epoch_gco2eq'),
        metrics: metricsOf(row),
      },
    ]
  })

const scalarsOf = (config: JsonRow): RunRecord['params'] =>
  Object.fromEntries(
    Object.entries(config).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  )

/**
 * The record of a run that logged figures of ours and left no record of its own: made of its rows, summary and config.
 * Undefined where there is no energy among them.
 */
export const recordOfFigures = (run: LoggedRun): RunRecord | undefined => {
  const { config, summary } = run
  const facts = objectAt(config, 'epochwatt')
  const grid = objectAt(facts, 'grid')
  const atEnd = (keys: readonly string[]) =>
    Object.fromEntries(keys.map(key => [key, numberAt(summary, key)]))
  return recordOfLogged({
    from: 'a W&B run',
    id: textAt(facts, 'run_id') ?? run.id,
    name: run.name,
    project: run.project,
    status: run.status,
    startedAt: run.startedAt,
    durationSeconds: run.durationSeconds,
    scope: textAt(facts, 'scope'),
    tier: textAt(facts, 'tier'),
    totals: {
      ...atEnd(END_FIGURES),
      ...Object.fromEntries(GROWING_FIGURES.map(key => [key, largestOf(run, key)])),
    },
    epochs: epochsOf(run),
    zone: textAt(grid, 'zone'),
    country: textAt(facts, 'country'),
    gramsPerKwh: numberAt(grid, 'gco2eq_per_kwh'),
    isGridFallback: grid.fallback === true,
    pue: numberAt(facts, 'pue'),
    warning: {
      code: 'WANDB_NO_RECORD',
      message:
        'the run has no record among its artifacts: figures are those of its rows and summary; sensors, power over time, embodied carbon and parts of the energy are not known',
    },
    params: scalarsOf(config),
    metrics: metricsOf(summary),
    version: textAt(facts, 'version') ?? 'unknown',
  })
}
