import type { EpochRecord, Quantity, RunRecord } from '@epochwatt/core'
import { foreignGrid, foreignLocation, importedRecord } from '@epochwatt/core/import'
import { EPOCH_POWER } from '@epochwatt/report'
import type { JsonValue } from 'wandb-node-sdk-shim'
import type { JsonRow, LoggedRun } from './logged-run.js'

const TOOL = 'epochwatt'
const NO_RECORD = 'the run left no record'

/** The metric of a row that makes it an epoch of ours. */
export const EPOCH_ENERGY = 'energy/epoch_kwh'

/** How far a figure without bounds may be off: nothing in the run says how it was found. */
const UNKNOWN_FACTOR = 3

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

const scaled = (whole: Quantity, value: number): Quantity => ({
  ...whole,
  value,
  low: (value * whole.low) / whole.value,
  high: (value * whole.high) / whole.value,
})

/** What only grows: the summary of a killed run may be older than its last row. */
const largestOf = ({ summary, rows }: LoggedRun, key: string): number | undefined => {
  const values = [summary, ...rows].flatMap(row => numberAt(row, key) ?? [])
  return values.length > 0 ? Math.max(...values) : undefined
}

/** The run's energy: the total of its end with bounds, else what its last row says. */
const totalOf = (run: LoggedRun, facts: JsonRow): Quantity | undefined => {
  const { summary } = run
  const value = largestOf(run, 'energy/total_kwh')
  if (value === undefined || value <= 0) return undefined
  const low = numberAt(summary, 'energy/total_kwh_low')
  const high = numberAt(summary, 'energy/total_kwh_high')
  const isBounded = low !== undefined && high !== undefined
  const tier = textAt(facts, 'tier')
  return {
    value,
    low: isBounded ? low : value / UNKNOWN_FACTOR,
    high: isBounded ? high : value * UNKNOWN_FACTOR,
    unit: 'kWh',
    tier: tier === 'measured' || tier === 'modelled' ? tier : 'assumed',
    method: `epochwatt, read from a W&B run; ${isBounded ? 'bounds as logged' : 'the run logged no bounds: ×/÷ 3'}`,
  }
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

const epochsOf = ({ rows }: LoggedRun, total: Quantity): EpochRecord[] =>
  rows.flatMap((row, place) => {
    const energy = numberAt(row, EPOCH_ENERGY)
    if (energy === undefined) return []
    const ended = numberAt(row, '_runtime') ?? 0
    const watts = numberAt(row, EPOCH_POWER)
    // Energy over mean power is the duration, whatever went on between epochs.
    const duration = watts ? (energy * 3.6e6) / watts : 0
    const carbon = numberAt(row, 'carbon/epoch_gco2eq')
    const energyKwh = scaled(total, energy)
    return [
      {
        index: numberAt(row, 'epoch') ?? place,
        started_s: Math.max(0, ended - duration),
        ended_s: ended,
        energy_kwh: energyKwh,
        ...(carbon !== undefined && {
          carbon_g: { ...scaled(energyKwh, energy), ...boundsLike(energyKwh, carbon), unit: 'gCO2e' },
        }),
        ...(watts !== undefined && { mean_power_w: watts }),
        phases: {},
        metrics: metricsOf(row),
        complete: true,
      },
    ]
  })

/** `value` with bounds in the proportions of another figure's. */
const boundsLike = ({ value: of, low, high }: Quantity, value: number) => ({
  value,
  low: (value * low) / of,
  high: (value * high) / of,
})

const gridOf = (facts: JsonRow, gramsPerKwh: number | undefined) => {
  const stated = objectAt(facts, 'grid')
  const zone = textAt(stated, 'zone')
  const country = textAt(facts, 'country') ?? zone?.split('-')[0]
  const location = foreignLocation({ country, region: zone })
  const grid = foreignGrid(TOOL, numberAt(stated, 'gco2eq_per_kwh') ?? gramsPerKwh, location, {
    fallback: stated.fallback === true || location.country === undefined,
    note: 'as the run logged it',
  })
  return { grid, location }
}

const scalarsOf = (config: JsonRow): RunRecord['params'] =>
  Object.fromEntries(
    Object.entries(config).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  )

const component = (summary: JsonRow, name: string, total: Quantity) => {
  const value = numberAt(summary, `energy/${name}_kwh`)
  return value === undefined ? { reason: NO_RECORD } : { kwh: scaled(total, value) }
}

/**
 * The record of a run that logged figures of ours and left no record of its own, because it was killed, is under way, or
 * lost its artifact. Made of its rows, summary and config, and says so; undefined where there is no energy among them.
 */
export const recordOfFigures = (run: LoggedRun): RunRecord | undefined => {
  const { config, summary } = run
  const facts = objectAt(config, 'epochwatt')
  const total = totalOf(run, facts)
  if (!total) return undefined
  const pue = Math.max(1, numberAt(facts, 'pue') ?? 1)
  const carbon = largestOf(run, 'carbon/total_gco2eq')
  const { grid, location } = gridOf(facts, carbon === undefined ? undefined : carbon / (total.value * pue))
  const epochs = epochsOf(run, total)
  const inEpochs = epochs.reduce((sum, { energy_kwh }) => sum + energy_kwh!.value, 0)
  const epochSeconds = epochs.reduce((sum, { started_s, ended_s }) => sum + ended_s - started_s, 0)
  const share = numberAt(summary, 'energy/measured_share')
  const record = importedRecord({
    tool: TOOL,
    id: textAt(facts, 'run_id') ?? run.id,
    name: run.name,
    project: run.project,
    status: run.status,
    startedAt: run.startedAt,
    durationSeconds: run.durationSeconds,
    scope: textAt(facts, 'scope') === 'process' ? 'process' : 'machine',
    energy: total,
    components: {
      cpu: component(summary, 'cpu', total),
      memory: component(summary, 'ram', total),
      gpu: component(summary, 'gpu', total),
      other: { reason: NO_RECORD },
    },
    ...(share !== undefined && { measuredShare: share }),
    grid,
    pue: { value: pue, low: pue, high: pue, tier: 'assumed', source: 'as the run logged it', how: 'import' },
    location,
    epochs,
    outsideEpochs: {
      energy_kwh: scaled(total, Math.max(0, total.value - inEpochs)),
      duration_s: Math.max(0, run.durationSeconds - epochSeconds),
    },
    warnings: [
      {
        code: 'WANDB_NO_RECORD',
        message:
          'the run has no record among its artifacts: figures are those of its rows and summary; sensors, power over time, embodied carbon and parts of the energy are not known',
      },
    ],
    params: scalarsOf(config),
    software: { epochwatt: textAt(facts, 'version') ?? 'unknown' },
    hardware: {},
  })
  return { ...record, metrics: metricsOf(summary) }
}
