import type { EpochRecord, Quantity, RunRecord } from '@epochwatt/core'
import { foreignGrid, foreignLocation, importedRecord } from '@epochwatt/core/import'
import { EPOCH_POWER } from '@epochwatt/report'
import type { MetricPoint, Run } from 'mlflow-js-client'

const TOOL = 'epochwatt'

/** Histories that a run without a record is put together from. */
export const EPOCH_KEYS = ['energy/epoch_kwh', 'carbon/epoch_gco2eq', EPOCH_POWER] as const

/** Points of those metrics, by key and step. */
export type EpochPoints = ReadonlyMap<string, ReadonlyMap<number, MetricPoint>>

/** How far a figure without bounds may be off: nothing in the run says how it was found. */
const UNKNOWN_FACTOR = 3

type Values = Readonly<Record<string, number>>

const tierOf = (facts: Readonly<Record<string, string>>): Quantity['tier'] => {
  const { energy_tier } = facts
  return energy_tier === 'measured' || energy_tier === 'modelled' ? energy_tier : 'assumed'
}

const boundsOf = (value: number, low: number | undefined, high: number | undefined) =>
  low !== undefined && high !== undefined
    ? { low, high, note: 'bounds as logged' }
    : { low: value / UNKNOWN_FACTOR, high: value * UNKNOWN_FACTOR, note: 'the run logged no bounds: ×/÷ 3' }

/** The figure of the run so far: what is sent with time is often newer than what is sent with epochs. */
const totalOf = (metrics: Values, facts: Readonly<Record<string, string>>): Quantity | undefined => {
  const totals = [metrics['energy/total_kwh'], metrics['system/energy_total_kwh']]
  const known = totals.filter(value => value !== undefined && value > 0) as number[]
  if (known.length === 0) return undefined
  const value = Math.max(...known)
  const { low, high, note } = boundsOf(
    value,
    metrics['energy/total_kwh_low'],
    metrics['energy/total_kwh_high'],
  )
  return {
    value,
    low,
    high,
    unit: 'kWh',
    tier: tierOf(facts),
    method: `epochwatt, read from MLflow metrics; ${note}`,
  }
}

const scaled = (whole: Quantity, value: number): Quantity => ({
  ...whole,
  value,
  low: (value * whole.low) / whole.value,
  high: (value * whole.high) / whole.value,
})

const secondsOf = ({ timestamp }: MetricPoint, run: Run): number =>
  Math.max(0, (timestamp - run.info.startTime) / 1000)

const epochsOf = (run: Run, points: EpochPoints, total: Quantity, gramsPerKwh: Quantity): EpochRecord[] => {
  const [energyKey, , powerKey] = EPOCH_KEYS
  const steps = [...(points.get(energyKey) ?? [])].sort(([a], [b]) => a - b)
  let previousEnd = 0
  return steps.map(([index, point]) => {
    const ended = secondsOf(point, run)
    const watts = points.get(powerKey)?.get(index)?.value
    // Energy over mean power is the duration, whatever went on between epochs.
    const duration = watts ? (point.value * 3.6e6) / watts : ended - previousEnd
    const started = Math.max(0, ended - Math.max(0, duration))
    previousEnd = ended
    const energy = scaled(total, point.value)
    const carbon = points.get(EPOCH_KEYS[1])?.get(index)?.value
    return {
      index,
      started_s: started,
      ended_s: ended,
      energy_kwh: energy,
      ...(carbon !== undefined && {
        carbon_g: {
          value: carbon,
          low: (carbon * energy.low * gramsPerKwh.low) / (energy.value * gramsPerKwh.value || 1),
          high: (carbon * energy.high * gramsPerKwh.high) / (energy.value * gramsPerKwh.value || 1),
          unit: 'gCO2e',
          tier: total.tier,
          method: 'epochwatt, read from MLflow metrics',
        },
      }),
      ...(watts !== undefined && { mean_power_w: watts }),
      phases: {},
      metrics: {},
      complete: true,
    }
  })
}

const statuses = {
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
  RUNNING: 'running',
  SCHEDULED: 'running',
} as const

/**
 * The record of a run that logged figures of ours but not, or not yet, its record: killed, or under way. Made of its
 * metrics, and says so; undefined where there is no energy among them.
 */
export const recordOfMetrics = (run: Run, points: EpochPoints, project: string): RunRecord | undefined => {
  const { metrics } = run.data
  const facts = { ...run.data.tags, ...run.data.params }
  const total = totalOf(metrics, facts)
  if (!total) return undefined
  const pue = Math.max(1, Number(facts.energy_pue) || 1)
  const carbon = metrics['carbon/total_gco2eq'] ?? metrics['system/carbon_total_gco2eq']
  const logged = Number(facts.energy_grid_gco2eq_per_kwh)
  const grams = logged > 0 ? logged : carbon === undefined ? undefined : carbon / (total.value * pue)
  const zone = facts.energy_country_iso ?? facts.energy_grid_zone
  const location = foreignLocation({ country: zone?.split('-')[0], region: zone })
  const grid = foreignGrid(TOOL, grams, location, {
    fallback: facts.energy_grid_fallback === 'true' || location.country === undefined,
    note: 'as the run logged it',
  })
  const gridQuantity: Quantity = { ...grid, value: grid.gramsPerKwh, unit: 'gCO2e/kWh' }
  const epochs = epochsOf(run, points, total, gridQuantity)
  const lastSeen =
    run.info.endTime ?? Math.max(run.info.startTime, ...run.data.latestMetrics.map(m => m.timestamp))
  const duration = Math.max(0, (lastSeen - run.info.startTime) / 1000)
  const inEpochs = epochs.reduce((kwh, { energy_kwh }) => kwh + energy_kwh!.value, 0)
  const epochSeconds = epochs.reduce((seconds, { started_s, ended_s }) => seconds + ended_s - started_s, 0)
  const others = Object.entries(metrics).filter(([key]) => !/^(energy|carbon|system)\//.test(key))
  const record = importedRecord({
    tool: TOOL,
    id: facts['epochwatt.run_id'] ?? `mlflow-${run.info.runId}`,
    name: run.info.runName,
    project,
    status: statuses[run.info.status],
    startedAt: new Date(run.info.startTime),
    durationSeconds: duration,
    scope: facts.energy_scope === 'process' ? 'process' : 'machine',
    energy: total,
    components: {
      cpu: { reason: 'the run left no record' },
      memory: { reason: 'the run left no record' },
      gpu: { reason: 'the run left no record' },
      other: { reason: 'the run left no record' },
    },
    ...(metrics['energy/measured_share'] !== undefined && {
      measuredShare: metrics['energy/measured_share'],
    }),
    grid,
    pue: { value: pue, low: pue, high: pue, tier: 'assumed', source: 'as the run logged it', how: 'import' },
    location,
    epochs,
    outsideEpochs: {
      energy_kwh: scaled(total, Math.max(0, total.value - inEpochs)),
      duration_s: Math.max(0, duration - epochSeconds),
    },
    warnings: [
      {
        code: 'MLFLOW_NO_RECORD',
        message: `MLflow run ${run.info.runId} has no energy/record.json: its figures were read from its metrics, without sensors and components`,
      },
    ],
    params: run.data.params,
    tags: { mlflow_run_id: run.info.runId },
    software: {},
    hardware: {},
  })
  return { ...record, metrics: Object.fromEntries(others) }
}
