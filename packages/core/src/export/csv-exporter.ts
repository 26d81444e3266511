import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { EpochwattError, OptionError } from '../errors.js'
import type { SpanFigures } from '../record/record.js'
import { createFolder } from '../store/create-folder.js'
import type { ExportedRun, RecordEvent, RunExporter, WindowEvent } from './exporter.js'

/** Whose part this exporter is, for the note that a later process finds. */
export const CSV_PACKAGE = '@epochwatt/core'

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

const HEADER = COLUMNS.join(',')

const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Makes the file where there is none; of several runs that begin at once one writes the header. */
const createTable = async (path: string): Promise<void> => {
  createFolder(dirname(path))
  try {
    await writeFile(path, `${HEADER}\n`, { flag: 'ax' })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

interface Table {
  /** Keys of the rows that are there. */
  readonly keys: Set<string>
  /** A full disk tore the last row, which is written again on a line of its own. */
  readonly isTorn: boolean
}

/** @throws EpochwattError `EXPORTER_UNUSABLE` for a file that is no table of ours, and the file system's error. */
const readTable = async (path: string): Promise<Table> => {
  await createTable(path)
  const lines = (await readFile(path, 'utf8')).split('\n')
  const torn = lines.pop() ?? ''
  if (lines.length > 0 && lines[0]?.trimEnd() !== HEADER) {
    throw new EpochwattError(
      'EXPORTER_UNUSABLE',
      `${path} has other columns than ours; nothing was added to it. Name another file.`,
    )
  }
  return { keys: new Set(lines.map(line => line.split(',', 2).join(','))), isTorn: torn !== '' }
}

/** Such a file a later process may add to as well. */
const isTablePath = (path: string): boolean => path.toLowerCase().endsWith('.csv')

/**
 * Appends a row per window and per run to a CSV file: units in the names, empty where a figure is unknown. Runs of one
 * file share its columns for good. What a run could not write, `epochwatt sync` adds, if the file's name ends in `.csv`.
 *
 * @throws OptionError when `path` is no path.
 * @example
 * startTracking({ exporters: [csvExporter({ path: 'energy.csv' })] })
 */
export const csvExporter = ({ path }: { readonly path: string }): RunExporter => {
  if (typeof path !== 'string' || path === '') throw new OptionError('path', path, 'the path of a CSV file')
  const file = resolve(path)
  let run: ExportedRun | undefined
  let table: Table | undefined
  return {
    name: 'csv',
    ...(isTablePath(file) && { origin: { package: CSV_PACKAGE, destination: { path: file } } }),
    start: async started => {
      run = started
    },
    export: async batch => {
      if (!run) return
      table ??= await readTable(file)
      const { keys, isTorn } = table
      const added: string[] = []
      let text = isTorn ? '\n' : ''
      for (const event of batch) {
        const key = `${run.id},${event.seq}`
        if (event.type === 'power' || keys.has(key)) continue
        const row = rowOf(run, event)
        text += `${COLUMNS.map(column => cell(row[column])).join(',')}\n`
        added.push(key)
      }
      if (added.length === 0) return
      // Whatever comes of it: after a failure what stands there is read again.
      table = undefined
      await appendFile(file, text)
      table = { keys: new Set([...keys, ...added]), isTorn: false }
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}
