import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { OptionError } from '../../../errors.js'
import type { GridBasis, GridKind } from '../../grid-intensity.js'
import { GridError } from '../grid-error.js'
import type { GridPoint, GridProvider } from '../grid-provider.js'
import { gramsPerKwhFrom, INTENSITY_UNITS, type IntensityUnit } from '../intensity-units.js'

/** Where a file of intensities is, and what its figures mean. */
export interface TimeSeriesGridOptions {
  /** CSV with a header line, or JSON with a list of objects. */
  readonly path: string
  readonly unit: IntensityUnit
  /** The zone that the figures are of, for the record. */
  readonly zone: string
  /** Default: the file's name. */
  readonly source?: string
  /** Default `unknown`. */
  readonly basis?: GridBasis
  /** Default `average`. Any other kind stands beside the totals. */
  readonly kind?: GridKind
  /** Column or key with the beginning of each interval, ISO 8601 with a zone. Default `datetime`. */
  readonly timeColumn?: string
  /** Column or key with the intensity. Default `intensity`. */
  readonly valueColumn?: string
}

interface Row {
  readonly time: unknown
  readonly value: unknown
}

const HOUR_MS = 3_600_000

const csvRows = (text: string, timeColumn: string, valueColumn: string): Row[] => {
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const cells = (line: string): string[] => line.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
  const [time, value] = [timeColumn, valueColumn].map(name => cells(header).indexOf(name))
  if (time === undefined || value === undefined || time < 0 || value < 0)
    throw new GridError(
      'GRID_FILE_INVALID',
      `its first line names no columns ${timeColumn} and ${valueColumn}`,
    )
  return lines
    .filter(line => line.trim() !== '')
    .map(line => ({ time: cells(line)[time], value: cells(line)[value] }))
}

const jsonRows = (text: string, timeColumn: string, valueColumn: string): Row[] => {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (cause) {
    throw new GridError('GRID_FILE_INVALID', 'it is not JSON', { cause })
  }
  if (!Array.isArray(list)) throw new GridError('GRID_FILE_INVALID', 'it holds no list')
  return list.map(row => ({ time: row?.[timeColumn], value: row?.[valueColumn] }))
}

/** Without a zone a time means another hour on every machine. */
const ZONED = /(Z|[+-]\d\d:?\d\d)$/

const timeOf = (value: unknown): number => {
  const ms = typeof value === 'string' && ZONED.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms))
    throw new GridError('GRID_FILE_INVALID', `${JSON.stringify(value)} is no time like 2026-01-05T10:00Z`)
  return ms
}

/** An empty cell is no figure, and never 0. */
const numberOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.trim() === ''
      ? Number.NaN
      : Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN

const pointsOf = (rows: readonly Row[], unit: IntensityUnit): GridPoint[] => {
  const sorted = rows
    .map(({ time, value }) => ({ fromMs: timeOf(time), value: numberOf(value) }))
    .sort((a, b) => a.fromMs - b.fromMs)
  const usual = sorted[1] ? sorted[1].fromMs - sorted[0]!.fromMs : HOUR_MS
  return sorted.flatMap(({ fromMs, value }, index) =>
    Number.isNaN(value)
      ? []
      : [
          {
            fromMs,
            toMs: sorted[index + 1]?.fromMs ?? fromMs + usual,
            gramsPerKwh: gramsPerKwhFrom(value, unit),
          },
        ],
  )
}

/**
 * A course of intensities from a file: exported from a publisher, measured on site, or planned. Each row holds from
 * its time to that of the next. Needs no network.
 *
 * @throws OptionError for a unit that is none and a file that is not there.
 *
 * @example
 * ```ts
 * const grid = timeSeriesGrid({ path: 'grid.csv', unit: 'g/kWh', zone: 'DE' }) // datetime,intensity
 * startTracking({ grid })
 * ```
 */
export const timeSeriesGrid = (options: TimeSeriesGridOptions): GridProvider => {
  const { path, unit, zone, basis = 'unknown', kind = 'average' } = options
  const { timeColumn = 'datetime', valueColumn = 'intensity' } = options
  if (!INTENSITY_UNITS.includes(unit)) throw new OptionError('unit', unit, INTENSITY_UNITS.join(', '))
  if (!existsSync(path))
    throw new OptionError('path', path, 'the path of a file of intensities that is there')
  const file = basename(path)
  const read = async (): Promise<readonly GridPoint[]> => {
    try {
      return pointsOf(rowsOf(await readFile(path, 'utf8'), timeColumn, valueColumn), unit)
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      // A path belongs to the machine and stays out of the record: Node's messages hold it.
      const reason = cause instanceof GridError ? message : String(code)
      throw new GridError('GRID_FILE_INVALID', `${file} cannot be used: ${reason}.`, { cause })
    }
  }
  const rowsOf = file.toLowerCase().endsWith('.json') ? jsonRows : csvRows
  return {
    name: 'time-series-file',
    source: options.source ?? file,
    basis,
    kind,
    isLocal: true,
    zoneOf: () => zone,
    fetch: read,
    forecast: read,
  }
}
