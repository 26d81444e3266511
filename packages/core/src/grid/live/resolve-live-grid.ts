import { OptionError } from '../../errors.js'
import type { Location } from '../location.js'
import type { LiveGrid } from './grid-poller.js'
import type { GridProvider } from './grid-provider.js'
import type { GridProviderName } from './provider-names.js'
import { gridProviderNamed } from './registry.js'

/** A provider by name, or one of the caller's own. */
export type GridChoice = GridProviderName | GridProvider

export interface LiveGridQuestion {
  readonly grid: GridChoice
  readonly gridZone?: string
  readonly location: Location
  readonly offline?: boolean
  readonly env?: NodeJS.ProcessEnv
}

/**
 * The provider that a run asks, and its word for the run's place.
 *
 * @throws OptionError for a place that it does not cover, and for keys that it needs and the environment lacks.
 */
export const resolveLiveGrid = (question: LiveGridQuestion): LiveGrid => {
  const { grid, gridZone, location, offline = false, env = process.env } = question
  const provider = typeof grid === 'string' ? gridProviderNamed(grid) : grid
  const zone = provider.zoneOf({ ...location, ...(gridZone !== undefined && { zone: gridZone }) })
  const missing = (provider.keys ?? []).filter(key => !env[key])
  if (!offline && missing.length > 0)
    throw new OptionError('grid', provider.name, `it with ${missing.join(' and ')} set in the environment`)
  return { provider, zone, offline }
}
