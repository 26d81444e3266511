import { createHash } from 'node:crypto'
import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import type { RunRecord } from '../record/record.js'
import { alignRow, type Row } from './align-row.js'
import { believable } from './believable.js'
import { NEEDED_COLUMNS } from './codecarbon-columns.js'
import { codeCarbonEnergy, type Numbers } from './codecarbon-energy.js'
import { type CsvRecord, parseCsv } from './csv.js'
import { foreignGrid, foreignLocation } from './foreign-place.js'
import type { ImportedFile } from './imported-file.js'
import { importedRecord } from './imported-record.js'

type Warning = RunRecord['warnings'][number]

interface ReadRow {
  readonly line: number
  readonly row: Row
  readonly warnings: readonly Warning[]
}

/** Whether a text is one of CodeCarbon's files, by its header. */
export const isCodeCarbonCsv = (text: string): boolean => {
  const header = parseCsv(text.slice(0, 4096))[0]?.cells ?? []
  return NEEDED_COLUMNS.every(column => header.includes(column))
}

/** CodeCarbon's figure for the world, where it knows no place. */
const WORLD = 475
/** Quebec, 3.94 g/kWh: where CodeCarbon believes itself to be when it cannot reach the network. */
const QUEBEC = { grams: 3.94, slack: 0.05 }

const readRow = (columns: readonly string[], { line, cells }: CsvRecord): ReadRow | string => {
  if (cells.length === columns.length)
    return { line, row: new Map(columns.map((column, i) => [column, cells[i]!])), warnings: [] }
  const counts = `${cells.length} cells where the header has ${columns.length}`
  const aligned = alignRow(columns, cells)
  if (!aligned) return `the row has ${counts} and fits them in no way`
  const unsure =
    aligned.ambiguous.length > 0 ? `; not told apart and left out: ${aligned.ambiguous.join(', ')}` : ''
  const message = `the row had ${counts}, as CodeCarbon writes when a later run has no value for a column; its cells were put back by their form${unsure}`
  return { line, row: aligned.row, warnings: [{ code: 'IMPORT_REPAIRED', message }] }
}

const numbersOf =
  (row: Row): Numbers =>
  column => {
    const cell = row.get(column)?.trim() ?? ''
    const value = believable(cell)
    return cell === '' || Number.isNaN(value) ? undefined : value
  }

const textOf =
  (row: Row) =>
  (column: string): string | undefined =>
    row.get(column)?.trim() || undefined

/** Years that ISO 8601 writes with four digits. */
const isYear = (ms: number): boolean => ms >= Date.UTC(1900, 0) && ms < Date.UTC(10_000, 0)

/** The zone of the clock is not written down. */
const instantOf = (text: string | undefined): number =>
  text === undefined
    ? Number.NaN
    : Date.parse(`${text.replace(' ', 'T').replace(/(Z|[+-]\d\d:?\d\d)$/, '')}Z`)

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** The same row gives the same id; a later row of the same run, the same as well. */
const idOf = (row: Row): string => {
  const text = textOf(row)
  const run = text('run_id')
  const task = text('task_name')
  const suffix = task === undefined ? '' : `-${hash(task)}`
  if (run !== undefined && /^[A-Za-z0-9][A-Za-z0-9_-]{0,80}$/.test(run)) return `codecarbon-${run}${suffix}`
  return `codecarbon-${hash(['timestamp', 'project_name', 'duration', 'emissions'].map(text).join('\n'))}${suffix}`
}

const pueOf = (numbers: Numbers, hasColumn: boolean): PueFigure => {
  const value = numbers('pue') ?? 1
  return {
    value,
    low: value,
    high: value,
    tier: hasColumn ? 'modelled' : 'assumed',
    source: hasColumn ? 'CodeCarbon, pue' : "the file has no pue; CodeCarbon's default",
    how: 'import',
  }
}

/** Emissions of 0 from energy that was used say that nothing was known of the grid. */
const gridOf = (emissions: number, stated: number | undefined, location: Location): GridIntensity => {
  const grams = stated !== undefined && stated > 0 && emissions > 0 ? (emissions * 1000) / stated : undefined
  return foreignGrid('CodeCarbon', grams, location, {
    fallback: grams !== undefined && Math.abs(grams - WORLD) < 0.5 && location.country === undefined,
    note: 'emissions / energy_consumed; its source is not in the file',
  })
}

const gridWarnings = (row: Row, grid: GridIntensity): readonly Warning[] => {
  if (grid.source !== 'CodeCarbon')
    return [
      {
        code: 'IMPORT_GRID',
        message: `the file leaves no carbon intensity to take over; that of ${grid.zone} in our tables stands in`,
      },
    ]
  const isQuebec = textOf(row)('region')?.toLowerCase() === 'quebec'
  if (!isQuebec || Math.abs(grid.gramsPerKwh - QUEBEC.grams) > QUEBEC.slack) return []
  return [
    {
      code: 'IMPORT_PLACE',
      message: `the place is Quebec at ${grid.gramsPerKwh.toPrecision(3)} g/kWh, which CodeCarbon also assumes when it cannot reach the network: unless the run was there, its carbon is far too low`,
    },
  ]
}

const definedTexts = (entries: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

const hardwareOf = (row: Row): Record<string, unknown> => {
  const text = textOf(row)
  const numbers = numbersOf(row)
  const memory = numbers('ram_total_size')
  const entries = {
    cpu_model: text('cpu_model'),
    threads: numbers('cpu_count'),
    gpu_model: text('gpu_model'),
    gpus: numbers('gpu_count'),
    memory_gb: memory === undefined ? undefined : Math.round(memory * 10) / 10,
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

/** What CodeCarbon saw of power and load; 0 is also what it writes for what it could not read. */
const MEANS = {
  cpu_power: 'cpu_power_w',
  gpu_power: 'gpu_power_w',
  ram_power: 'memory_power_w',
  gpu_utilization_percent: 'gpu_utilisation_percent',
  ram_utilization_percent: 'memory_utilisation_percent',
  ram_used_gb: 'memory_used_gb',
} as const

const metricsOf = (numbers: Numbers): RunRecord['metrics'] =>
  Object.fromEntries(
    Object.entries(MEANS).flatMap(([column, name]) => {
      const value = numbers(column)
      return value !== undefined && value > 0 ? [[`codecarbon/${name}`, value]] : []
    }),
  )

/** Litres by its own factor. A WUE of 0, its default, is no statement about water. */
const waterOf = (numbers: Numbers): RunRecord['water'] => {
  const value = numbers('water_consumed')
  if (value === undefined || value <= 0) return undefined
  const wue = numbers('wue')
  const method = `CodeCarbon, water_consumed${wue === undefined ? '' : `: energy with PUE × WUE ${wue} L/kWh`}`
  return {
    site_l: { value, low: value, high: value, unit: 'L', tier: 'modelled', method },
    reason: 'water of the electricity is not in the file',
  }
}

/** Positions on the map are not taken over: they say more of a person than of a run. */
const recordOf = ({ row, warnings }: ReadRow): RunRecord | string => {
  const text = textOf(row)
  const numbers = numbersOf(row)
  const ended = instantOf(text('timestamp'))
  const duration = numbers('duration')
  const emissions = numbers('emissions')
  if (Number.isNaN(ended)) return 'timestamp is no time'
  if (duration === undefined || duration < 0) return 'duration is no number of seconds'
  if (!isYear(ended) || !isYear(ended - duration * 1000))
    return 'timestamp and duration lie beyond all calendars'
  if (emissions === undefined) return 'emissions is no number of kilograms'

  const pue = pueOf(numbers, numbers('pue') !== undefined)
  if (pue.value < 1) return 'pue is below 1'
  const energy = codeCarbonEnergy(numbers, pue.value)
  const onCloud = text('on_cloud') !== 'N'
  const location = foreignLocation({
    country: text('country_iso_code') ?? text('country_name'),
    region: text('region'),
    ...(onCloud && { provider: text('cloud_provider'), cloudRegion: text('cloud_region') }),
  })
  const grid = gridOf(emissions, numbers('energy_consumed'), location)
  const project = text('project_name') ?? 'codecarbon'
  const water = waterOf(numbers)
  const load = numbers('cpu_utilization_percent')
  const task = text('task_name')
  return importedRecord({
    tool: 'CodeCarbon',
    id: idOf(row),
    name: task === undefined ? project : `${project}: ${task}`,
    project,
    status: 'finished',
    startedAt: new Date(ended - duration * 1000),
    durationSeconds: duration,
    // Its process mode holds for modelled processors and memory only; counters and GPUs are those of the machine.
    scope: 'machine',
    ...(energy.total && { energy: energy.total }),
    components: energy.components,
    ...(energy.measuredShare !== undefined && { measuredShare: energy.measuredShare }),
    grid,
    pue,
    location,
    warnings: [
      ...warnings,
      ...energy.warnings,
      ...gridWarnings(row, grid),
      ...(text('tracking_mode') === 'process'
        ? [
            {
              code: 'IMPORT_SCOPE',
              message:
                "CodeCarbon's process mode: modelled processors and memory are of the process, counters and GPUs of the machine",
            },
          ]
        : []),
      {
        code: 'IMPORT_TIME',
        message: 'the file does not say in which time zone its times are; they were taken as UTC',
      },
    ],
    tags: definedTexts({ experiment_id: text('experiment_id'), tracking_mode: text('tracking_mode') }),
    software: definedTexts({
      codecarbon: text('codecarbon_version'),
      python: text('python_version'),
      os: text('os'),
    }),
    hardware: hardwareOf(row),
    metrics: metricsOf(numbers),
    ...(water && { water }),
    ...(load !== undefined && load > 0 && { utilisation: Math.min(1, load / 100) }),
  })
}

const INTERMEDIATE = 'IMPORT_INTERMEDIATE'

/** CodeCarbon adds a row at every flush, each with all that was used so far: the longest one is the run. */
const longestOf = (records: readonly RunRecord[]): RunRecord => {
  const last = records.reduce((longest, record) =>
    record.duration_s > longest.duration_s ? record : longest,
  )
  if (records.length === 1) return last
  const message = `${records.length} rows are of this run; the longest holds the others`
  return { ...last, warnings: [...last.warnings, { code: INTERMEDIATE, message }] }
}

/**
 * Runs in CodeCarbon's `emissions.csv`, of any version, and in the files of its tasks. Rows that lost cells to its bug
 * of older versions are put right where their form allows, and say so; others are told of in `problems`.
 *
 * Energy is CodeCarbon's without PUE, carbon is CodeCarbon's. Pure.
 *
 * @example
 * ```ts
 * const { records, problems } = readCodeCarbonCsv(readFileSync('emissions.csv', 'utf8'))
 * ```
 */
export const readCodeCarbonCsv = (text: string): ImportedFile => {
  const [header, ...rows] = parseCsv(text)
  const columns = header?.cells.map(cell => cell.trim()) ?? []
  const missing = NEEDED_COLUMNS.filter(column => !columns.includes(column))
  if (missing.length > 0)
    return { records: [], problems: [{ line: 1, message: `the header has no ${missing.join(', no ')}` }] }
  const byId = new Map<string, RunRecord[]>()
  const problems: { line: number; message: string }[] = []
  for (const record of rows) {
    const read = readRow(columns, record)
    const run = typeof read === 'string' ? read : recordOf(read)
    if (typeof run === 'string') problems.push({ line: record.line, message: run })
    else byId.set(run.id, [...(byId.get(run.id) ?? []), run])
  }
  return { records: [...byId.values()].map(longestOf), problems }
}
