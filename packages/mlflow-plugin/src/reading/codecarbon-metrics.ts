import type { RunRecord } from '@epochwatt/core'
import { readForeignFile } from '@epochwatt/core/import'
import type { Run } from 'mlflow-js-client'

/** CodeCarbon's own names, under which programs log what its tracker returns. */
const COLUMNS = [
  'emissions',
  'energy_consumed',
  'cpu_energy',
  'gpu_energy',
  'ram_energy',
  'pue',
  'country_iso_code',
  'region',
  'cloud_provider',
  'cloud_region',
  'tracking_mode',
  'codecarbon_version',
] as const

/** A name may have been logged with a section before it, such as `codecarbon/emissions`. */
const loggedValue = (column: string, values: Readonly<Record<string, string | number>>): string => {
  const found = Object.entries(values).find(([key]) => key === column || key.endsWith(`/${column}`))
  return found === undefined ? '' : String(found[1])
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * The record of a run that logged what CodeCarbon found, under CodeCarbon's names, read by the rules of its files.
 * Undefined where carbon or energy is not there: grams alone, without energy, cannot be compared with anything.
 */
export const recordOfCodeCarbon = (run: Run, project: string): RunRecord | undefined => {
  const { metrics, params, tags } = run.data
  const values = { ...tags, ...params, ...metrics }
  if (!loggedValue('emissions', metrics) || !loggedValue('energy_consumed', metrics)) return undefined
  const lastSeen = run.info.endTime ?? Math.max(...run.data.latestMetrics.map(({ timestamp }) => timestamp))
  const row: Readonly<Record<string, string>> = {
    timestamp: new Date(lastSeen).toISOString(),
    duration: loggedValue('duration', metrics) || String(Math.max(0, (lastSeen - run.info.startTime) / 1000)),
    ...Object.fromEntries(COLUMNS.map(column => [column, loggedValue(column, values)])),
  }
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row).map(cell).join(',')}\n`
  const [record] = readForeignFile(csv, `MLflow run ${run.info.runId}`).records
  if (!record) return undefined
  return {
    ...record,
    id: `mlflow-${run.info.runId}`,
    name: run.info.runName,
    project,
    warnings: record.warnings.filter(({ code }) => code !== 'IMPORT_TIME'),
    params,
    tags: { ...record.tags, mlflow_run_id: run.info.runId },
  }
}
