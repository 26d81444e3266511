import { type IntensityUnit, timeSeriesGrid } from '@epochwatt/core'
import type { CourseOptions } from '@epochwatt/core/planning'
import type { Call, OptionSpec } from './command.js'
import type { FlagNames } from './flag-names.js'
import { UsageError } from './usage-error.js'

/** Who says what a grid is or will be, for commands that need a course of it. */
export const GRID_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  zone: {
    type: 'string',
    value: 'ZONE',
    description: 'Zone in the list of the provider, e.g. GB, EC1A, DE, US-CAL-CISO.',
  },
  grid: {
    type: 'string',
    value: 'PROVIDER',
    description: 'Whom to ask (default: EPOCHWATT_GRID, else by the zone).',
  },
  file: {
    type: 'string',
    value: 'FILE',
    description: 'A file of intensities instead, .csv or .json: datetime,intensity.',
  },
  unit: { type: 'string', value: 'UNIT', description: 'Unit of the file (default: g/kWh).' },
}

export const GRID_FLAG_NAMES: FlagNames = { zone: 'gridZone', grid: 'grid', file: 'path', unit: 'unit' }

/** Throws OptionError where the file or its unit cannot be. */
export const gridChoiceOf = (call: Call, command: string): CourseOptions => {
  const [zone, grid, file, unit] = ['zone', 'grid', 'file', 'unit'].map(call.text)
  if (file === undefined) {
    if (unit !== undefined) throw new UsageError('Option "--unit" is for "--file".', command)
    return {
      ...(zone !== undefined && { gridZone: zone }),
      ...(grid !== undefined && { grid: grid as NonNullable<CourseOptions['grid']> }),
    }
  }
  if (grid !== undefined)
    throw new UsageError(
      'Options "--file" and "--grid" exclude each other: both say what the grid is.',
      command,
    )
  return {
    grid: timeSeriesGrid({
      path: file,
      unit: (unit ?? 'g/kWh') as IntensityUnit,
      zone: zone ?? 'of the file',
    }),
  }
}
