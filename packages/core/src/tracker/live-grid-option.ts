import { OptionError } from '../errors.js'
import type { LiveGrid } from '../grid/live/grid-poller.js'
import { resolveLiveGrids } from '../grid/live/resolve-live-grid.js'
import type { Location } from '../grid/location.js'
import type { OptionSource, ResolvedOptions } from '../options/resolve-options.js'

/** The strongest first. */
const STRENGTH: readonly OptionSource[] = ['option', 'environment', 'config']

/**
 * Whom a run with these options asks for the course of the grid's intensity; nobody unless `grid` says so. A figure of
 * the user's own and an average from a publisher exclude each other: the one that was set in the stronger place holds.
 *
 * @throws OptionError for a provider that cannot serve the place, and where both were set in one place.
 */
export const liveGridsOf = (
  { values, sources }: ResolvedOptions,
  location: Location,
): readonly LiveGrid[] | undefined => {
  const { grid, gridZone, gridIntensity, offline } = values
  if (grid === undefined) return undefined
  const rank = (name: 'grid' | 'gridIntensity'): number => STRENGTH.indexOf(sources.get(name) ?? 'option')
  if (gridIntensity !== undefined && rank('gridIntensity') < rank('grid')) return undefined
  const live = resolveLiveGrids({
    grid,
    location,
    ...(gridZone !== undefined && { gridZone }),
    ...(offline !== undefined && { offline }),
  })
  const average = live.find(({ provider }) => provider.kind === 'average')
  if (gridIntensity !== undefined && average && rank('grid') === rank('gridIntensity'))
    throw new OptionError(
      'grid',
      average.provider.name,
      'nothing beside gridIntensity, which already says what the intensity is; leave one of the two out',
    )
  return live
}
