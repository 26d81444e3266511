import {
  type EpochRecord,
  JOULES_PER_KWH,
  type Quantity,
  type RunRecord,
  scaleQuantity,
} from '@epochwatt/core'
import { foreignGrid, foreignLocation, importedRecord } from '@epochwatt/core/import'

const TOOL = 'epochwatt'

/** How far a figure without bounds may be off: nothing in the run says how it was found. */
const UNKNOWN_FACTOR = 3

/** One epoch as a tracker holds it; seconds count from the run's start. */
export interface LoggedEpoch {
  readonly index: number
  readonly endedSeconds: number
  readonly energyKwh: number
  readonly meanPowerWatts?: number | undefined
  readonly carbonGrams?: number | undefined
  readonly metrics: Readonly<Record<string, number>>
}

/** What a run of a tracker holds of ours when its record is not there. */
export interface LoggedFigures {
  /** Where it was read, e.g. `a W&B run`. */
  readonly from: string
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunRecord['status']
  readonly startedAt: Date
  readonly durationSeconds: number
  readonly scope: string | undefined
  readonly tier: string | undefined
  /** Figures of the run so far, under the names of `totalValues`; the largest where there are several. */
  readonly totals: Readonly<Record<string, number | undefined>>
  readonly epochs: readonly LoggedEpoch[]
  readonly zone?: string | undefined
  readonly country?: string | undefined
  readonly gramsPerKwh?: number | undefined
  readonly isGridFallback: boolean
  /** Power usage effectiveness, a ratio of 1 or more. */
  readonly pue?: number | undefined
  readonly warning: { readonly code: string; readonly message: string }
  readonly params: RunRecord['params']
  readonly tags?: RunRecord['tags']
  readonly metrics: RunRecord['metrics']
  readonly version?: string | undefined
}

const totalOf = ({ totals, tier, from }: LoggedFigures): Quantity | undefined => {
  const value = totals['energy/total_kwh']
  if (value === undefined || value <= 0) return undefined
  const low = totals['energy/total_kwh_low']
  const high = totals['energy/total_kwh_high']
  const isBounded = low !== undefined && high !== undefined
  return {
    value,
    low: isBounded ? low : value / UNKNOWN_FACTOR,
    high: isBounded ? high : value * UNKNOWN_FACTOR,
    unit: 'kWh',
    tier: tier === 'measured' || tier === 'modelled' ? tier : 'assumed',
    method: `epochwatt, read from ${from}; ${isBounded ? 'bounds as logged' : 'the run logged no bounds: ×/÷ 3'}`,
  }
}

/** A part of `total`, as uncertain as the whole is. */
const partOf = (total: Quantity, value: number): Quantity => ({
  ...scaleQuantity(total, value / total.value),
  value,
})

const epochsOf = (epochs: readonly LoggedEpoch[], total: Quantity): EpochRecord[] => {
  let previousEnd = 0
  return epochs.map(({ index, endedSeconds, energyKwh, meanPowerWatts, carbonGrams, metrics }) => {
    // Energy over mean power is the duration, whatever went on between epochs.
    const duration = meanPowerWatts
      ? (energyKwh * JOULES_PER_KWH) / meanPowerWatts
      : Math.max(0, endedSeconds - previousEnd)
    previousEnd = endedSeconds
    return {
      index,
      started_s: Math.max(0, endedSeconds - duration),
      ended_s: endedSeconds,
      energy_kwh: partOf(total, energyKwh),
      ...(carbonGrams !== undefined && { carbon_g: { ...partOf(total, carbonGrams), unit: 'gCO2e' } }),
      ...(meanPowerWatts !== undefined && { mean_power_w: meanPowerWatts }),
      phases: {},
      metrics,
      complete: true,
    }
  })
}

/**
 * The record of a run that logged figures of ours to a tracker and left no record there, because it was killed, is under
 * way, or lost its files. Says so in a warning; undefined where there is no energy among the figures.
 *
 * @example
 * ```ts
 * const record = recordOfLogged({
 *   from: 'a tracker of our own',
 *   id: 'r1',
 *   name: 'nightly',
 *   project: 'digits',
 *   status: 'killed',
 *   startedAt: new Date('2026-11-02T01:00Z'),
 *   durationSeconds: 3600,
 *   scope: 'process',
 *   tier: 'measured',
 *   totals: { 'energy/total_kwh': 0.21, 'carbon/total_gco2eq': 9.4 },
 *   epochs: [],
 *   country: 'FR',
 *   isGridFallback: false,
 *   warning: { code: 'OUR_TRACKER', message: 'the run left no record' },
 *   params: {},
 *   metrics: {},
 * })
 * console.log(record?.energy.total_kwh?.high) // kWh; × 3 where no bounds were logged
 * ```
 */
export const recordOfLogged = (figures: LoggedFigures): RunRecord | undefined => {
  const total = totalOf(figures)
  if (!total) return undefined
  const { totals, durationSeconds } = figures
  const pue = Math.max(1, figures.pue ?? 1)
  const carbon = totals['carbon/total_gco2eq']
  const location = foreignLocation({
    country: figures.country ?? figures.zone?.split('-')[0],
    region: figures.zone,
  })
  const grams = figures.gramsPerKwh ?? (carbon === undefined ? undefined : carbon / (total.value * pue))
  const grid = foreignGrid(TOOL, grams, location, {
    fallback: figures.isGridFallback || location.country === undefined,
    note: 'as the run logged it',
  })
  const epochs = epochsOf(figures.epochs, total)
  const inEpochs = epochs.reduce((kwh, { energy_kwh }) => kwh + energy_kwh!.value, 0)
  const epochSeconds = epochs.reduce((seconds, { started_s, ended_s }) => seconds + ended_s - started_s, 0)
  const component = (name: string) => {
    const value = totals[`energy/${name}_kwh`]
    return value === undefined ? { reason: 'the run left no record' } : { kwh: partOf(total, value) }
  }
  const measuredShare = totals['energy/measured_share']
  return importedRecord({
    tool: TOOL,
    id: figures.id,
    name: figures.name,
    project: figures.project,
    status: figures.status,
    startedAt: figures.startedAt,
    durationSeconds,
    scope: figures.scope === 'process' ? 'process' : 'machine',
    energy: total,
    components: {
      cpu: component('cpu'),
      memory: component('ram'),
      gpu: component('gpu'),
      other: { reason: 'the run left no record' },
    },
    ...(measuredShare !== undefined && { measuredShare }),
    grid,
    pue: { value: pue, low: pue, high: pue, tier: 'assumed', source: 'as the run logged it', how: 'import' },
    location,
    epochs,
    outsideEpochs: {
      energy_kwh: partOf(total, Math.max(0, total.value - inEpochs)),
      duration_s: Math.max(0, durationSeconds - epochSeconds),
    },
    warnings: [figures.warning],
    params: figures.params,
    ...(figures.tags && { tags: figures.tags }),
    metrics: figures.metrics,
    software: figures.version === undefined ? {} : { epochwatt: figures.version },
    hardware: {},
  })
}
