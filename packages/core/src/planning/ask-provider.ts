import { OptionError } from '../errors.js'
import { findCountry } from '../grid/find-country.js'
import { GridError } from '../grid/live/grid-error.js'
import type { GridProvider } from '../grid/live/grid-provider.js'
import { GRID_PROVIDER_NAMES, type GridProviderName } from '../grid/live/provider-names.js'
import { resolveLiveGrids } from '../grid/live/resolve-live-grid.js'
import type { Location } from '../grid/location.js'
import { resolveLocation } from '../grid/resolve-location.js'
import { loadZod } from '../lazy-zod.js'
import { resolveOptions } from '../options/resolve-options.js'
import type { CourseOptions } from './intensity-course.js'

export { checkedPoints } from '../grid/live/published-points.js'

/** Whom to ask about a zone when nobody was named. */
const usualProvider = (
  zone: string | undefined,
  { country }: Location,
  env: NodeJS.ProcessEnv,
): GridProviderName => {
  const isBritish =
    zone === undefined
      ? country === 'GB'
      : /^(GB|\d{1,2}|[A-Z]{1,2}\d[A-Z\d]?(\s.*)?)$/i.test(zone.trim()) && (country ?? 'GB') === 'GB'
  if (isBritish) return 'uk-carbon-intensity'
  if (env.ELECTRICITYMAPS_TOKEN) return 'electricity-maps'
  if (findCountry(zone ?? country ?? '') !== undefined) return 'energy-charts'
  throw new OptionError(
    'grid',
    undefined,
    `${GRID_PROVIDER_NAMES.map(name => `"${name}"`).join(', ')}, or a provider object: nothing tells who knows ${zone === undefined ? 'the place; give gridZone or country as well' : `the zone "${zone}"`}`,
  )
}

/** Whom to ask, and its word for the place; what it needs to read answers is loaded. */
export const providerOf = async (
  options: CourseOptions,
  env: NodeJS.ProcessEnv,
  suits: (provider: GridProvider) => boolean,
): Promise<{ readonly provider: GridProvider; readonly zone: string }> => {
  const { values, sources } = resolveOptions(options, env)
  const location = resolveLocation(values, sources)
  const { gridZone, offline = false } = values
  const grid = values.grid ?? usualProvider(gridZone, location, env)
  const lives = resolveLiveGrids({ grid, location, ...(gridZone !== undefined && { gridZone }), env })
  const live = lives.find(({ provider }) => suits(provider)) ?? lives[0]
  if (offline && !live.provider.isLocal)
    throw new GridError(
      'GRID_OFFLINE',
      `${live.provider.name} is not asked: offline. Give a file of intensities instead (timeSeriesGrid, --file).`,
    )
  await loadZod()
  return live
}

/** @throws OptionError for a provider that looks back only. */
export const forecasting = (provider: GridProvider): NonNullable<GridProvider['forecast']> => {
  if (provider.forecast) return provider.forecast.bind(provider)
  throw new OptionError('grid', provider.name, 'a provider with a forecast; this one knows the past only')
}
