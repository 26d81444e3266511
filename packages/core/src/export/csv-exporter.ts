import { appendFile, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { OptionError } from '../errors.js'
import type { SpanFigures } from '../record/record.js'
import { createFolder } from '../store/create-folder.js'
import type { ExportedRun, RecordEvent, RunExporter, WindowEvent } from './exporter.js'

const COLUMNS = [
  'run_id',
  'seq',
  'time',
  'run_name',
  'project',
  'event',
  'index',
  'duration_s',
  'energy_kwh',
  'energy_kwh_low',
  'energy_kwh_high',
  'tier',
  'carbon_g',
  'carbon_g_low',
  'carbon_g_high',
] as const

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number>>>

/** RFC 4180: quotes around what needs them; a leading = + - @ of a text would be a formula in a spreadsheet. */
const cell = (value: string | number | undefined): string => {
  if (value === undefined) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const figures = ({ energy_kwh, carbon_g }: SpanFigures): Row => ({
  ...(energy_kwh && {
    energy_kwh: energy_kwh.value,
    energy_kwh_low: energy_kwh.low,
    energy_kwh_high: energy_kwh.high,
    tier: energy_kwh.tier,
  }),
  ...(carbon_g && { carbon_g: carbon_g.value, carbon_g_low: carbon_g.low, carbon_g_high: carbon_g.high }),
})

const rowOf = (run: ExportedRun, event: WindowEvent | RecordEvent): Row => {
  const common = {
    run_id: run.id,
    seq: event.seq,
    time: new Date(event.timeMs).toISOString(),
    run_name: run.name,
    project: run.project,
  }
  if (event.type === 'window') {
    const { index } = event.attributes
    return {
      ...common,
      event: event.name,
      ...(typeof index === 'number' && { index }),
      duration_s: event.durationSeconds,
      ...figures(event.figures),
    }
  }
  const { energy, carbon, duration_s } = event.record
  const span: SpanFigures = {
    ...(energy.total_kwh && { energy_kwh: energy.total_kwh }),
    ...(carbon.operational_g && { carbon_g: carbon.operational_g }),
  }
  return { ...common, event: 'run', duration_s, ...figures(span) }
}

/** Keys of the rows that a file holds already. A row that was torn has no key and is written again. */
const readKeys = async (path: string): Promise<Set<string>> => {
  try {
    const text = await readFile(path, 'utf8')
    return new Set(text.split('\n').map(line => line.split(',', 2).join(',')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set()
    throw error
  }
}

/**
 * Appends a row per window and per run to a CSV file: units in the names, empty where a figure is unknown. Runs of one
 * file share its columns for good.
 *
 * @throws OptionError when `path` is no path.
 * @example
 * startTracking({ exporters: [csvExporter({ path: 'energy.csv' })] })
 */
export const csvExporter = ({ path }: { readonly path: string }): RunExporter => {
  if (typeof path !== 'string' || path === '') throw new OptionError('path', path, 'the path of a CSV file')
  let run: ExportedRun | undefined
  let keys: Set<string> | undefined
  return {
    name: 'csv',
    start: async started => {
      run = started
    },
    export: async batch => {
      if (!run) return
      keys ??= await readKeys(path)
      let text = keys.size === 0 ? `${COLUMNS.join(',')}\n` : ''
      const added: string[] = []
      for (const event of batch) {
        const key = `${run.id},${event.seq}`
        if (event.type === 'power' || keys.has(key)) continue
        const row = rowOf(run, event)
        text += `${COLUMNS.map(column => cell(row[column])).join(',')}\n`
        added.push(key)
      }
      if (added.length === 0) return
      createFolder(dirname(resolve(path)))
      await appendFile(path, text)
      for (const key of added) keys.add(key)
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}
