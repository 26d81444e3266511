import { OptionError } from '../../errors.js'
import type { Location } from '../location.js'
import type { LiveGrid } from './grid-poller.js'
import type { GridProvider } from './grid-provider.js'
import type { GridProviderName } from './provider-names.js'
import { gridProviderNamed } from './registry.js'

/** A provider by name, or one of the caller's own. */
export type GridChoice = GridProviderName | GridProvider

export interface LiveGridQuestion {
  /** One, or several of different kinds, such as average and marginal. */
  readonly grid: GridChoice | readonly GridChoice[]
  /** A zone, or with several providers each its own: `uk-carbon-intensity=EC1A,watttime=UK`. */
  readonly gridZone?: string
  readonly location: Location
  readonly offline?: boolean
  readonly env?: NodeJS.ProcessEnv
}

/** What `gridZone` says to each provider. */
const zonesOf = (
  gridZone: string | undefined,
  providers: readonly GridProvider[],
): ReadonlyMap<string, string> => {
  if (gridZone === undefined) return new Map()
  const names = providers.map(({ name }) => name)
  if (!gridZone.includes('=')) {
    const [only, ...others] = names
    if (others.length === 0) return new Map([[only!, gridZone]])
    throw new OptionError(
      'gridZone',
      gridZone,
      `each provider's own where there are several, e.g. "${names.map(name => `${name}=ZONE`).join(',')}"`,
    )
  }
  return new Map(
    gridZone.split(',').map(pair => {
      const [name = '', zone = ''] = pair.split(/=(.*)/s).map(part => part.trim())
      if (zone !== '' && names.includes(name)) return [name, zone]
      throw new OptionError('gridZone', gridZone, `zones of ${names.join(' and ')}, e.g. "${names[0]}=ZONE"`)
    }),
  )
}

const checkKinds = (providers: readonly GridProvider[]): void => {
  for (const [index, { name, kind }] of providers.entries()) {
    const other = providers.slice(0, index).find(earlier => earlier.kind === kind)
    if (other)
      throw new OptionError(
        'grid',
        name,
        `one provider of each kind; ${other.name} gives ${kind} figures already, and two would be mixed`,
      )
  }
}

/**
 * The providers that a run asks, each with its word for the run's place.
 *
 * @throws OptionError for a place that one does not cover, for keys that it needs and the environment lacks, and for
 * two of one kind.
 */
export const resolveLiveGrids = (question: LiveGridQuestion): readonly [LiveGrid, ...LiveGrid[]] => {
  const { grid, gridZone, location, offline = false, env = process.env } = question
  const choices = Array.isArray(grid) ? (grid as readonly GridChoice[]) : [grid as GridChoice]
  const providers = choices.map(choice => (typeof choice === 'string' ? gridProviderNamed(choice) : choice))
  checkKinds(providers)
  const zones = zonesOf(gridZone, providers)
  const [first, ...rest] = providers.map((provider): LiveGrid => {
    const own = zones.get(provider.name)
    const zone = provider.zoneOf({ ...location, ...(own !== undefined && { zone: own }) })
    const missing = (provider.keys ?? []).filter(key => !env[key])
    if (!offline && missing.length > 0)
      throw new OptionError('grid', provider.name, `it with ${missing.join(' and ')} set in the environment`)
    return { provider, zone, offline }
  })
  return [first!, ...rest]
}
