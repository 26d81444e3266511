import { type CloudRegionRow, findCloudRegion } from '../data/cloud-regions.js'
import { providerPueRows } from '../data/provider-pues.js'
import { OptionError } from '../errors.js'
import type { Location } from '../grid/location.js'
import { factor90 } from '../quantity/quantity.js'
import type { MachineFacts } from '../sensors/sensor.js'
import { guessMachineKind, type MachineGuess } from './machine-kind.js'
import type { PueFigure } from './pue.js'

/** Above it a building would use four times the energy of its machines for itself: a slip of the keyboard. */
const MAX_PUE = 5

/** One sigma of a published yearly mean, for the region itself and for anything wider. */
const REGION_SIGMA = 1.03
const FLEET_SIGMA = 1.08

/**
 * Mean of the Uptime Institute's surveys of 2018, 2020 and 2023; they have stayed between 1.54 and 1.59 since 2020.
 * The bounds are those of plausible single sites.
 */
const UNKNOWN_DATA_CENTRE = { value: 1.58, low: 1.1, high: 2 }

export interface PueQuestion {
  readonly location: Location
  readonly machine: MachineFacts
  /** Default: guessed from the machine. */
  readonly guess?: MachineGuess
  /** The user's own figure; it wins over every table. */
  readonly pue?: number
  /** Where that figure was set: `option` (default), `environment` or `config`. */
  readonly how?: string
}

const givenPue = (value: number, how: string): PueFigure => {
  if (!(value >= 1 && value <= MAX_PUE))
    throw new OptionError(
      how === 'environment' ? 'EPOCHWATT_PUE' : 'pue',
      value,
      `a ratio from 1 to ${MAX_PUE}: energy of the building over energy of the machines in it`,
    )
  return { value, low: value, high: value, tier: 'modelled', source: `given by the user (${how})`, how }
}

/** A building cannot use less than its machines do: no bound is below 1. */
const publishedPue = (value: number, sigma: number): Pick<PueFigure, 'value' | 'low' | 'high' | 'tier'> => ({
  value,
  low: Math.max(1, value / factor90(sigma)),
  high: value * factor90(sigma),
  tier: 'modelled',
})

const SCOPE_NAMES: Readonly<Record<NonNullable<CloudRegionRow['pue']>['scope'], string>> = {
  'provider-region': 'for this region',
  'provider-geo': 'for its part of the world',
  'provider-fleet': 'for all of its data centres',
}

const cloudPue = (provider: string, pue: NonNullable<CloudRegionRow['pue']>): PueFigure => {
  const isOwn = pue.scope === 'provider-region'
  return {
    ...publishedPue(pue.value, isOwn ? REGION_SIGMA : FLEET_SIGMA),
    source: `${provider} ${SCOPE_NAMES[pue.scope]}, ${pue.year}`,
    how: isOwn ? 'cloud-region' : 'provider',
  }
}

const unknownDataCentre = (why: string): PueFigure => ({
  ...UNKNOWN_DATA_CENTRE,
  tier: 'assumed',
  source: `Uptime Institute surveys, industry average; ${why}`,
  how: 'unknown-data-centre',
})

const ofProvider = (provider: string, cloudRegion: string | undefined): PueFigure => {
  const row = cloudRegion ? findCloudRegion(provider, cloudRegion) : undefined
  if (row?.pue) return cloudPue(provider, row.pue)
  const fleet = providerPueRows().find(candidate => candidate.provider === provider)
  if (!fleet) return unknownDataCentre(`${provider} publishes no PUE`)
  // "As low as" is the best site on its best day, not what a machine somewhere in the fleet gets.
  if (fleet.confidence === 'marketing')
    return unknownDataCentre(`${provider} publishes only a best case, ${fleet.pue}`)
  return {
    ...publishedPue(fleet.pue, FLEET_SIGMA),
    source: `${fleet.name}, ${fleet.year}`,
    how: 'provider',
  }
}

/**
 * PUE of the place where a machine stands: the user's figure, the cloud region's, the provider's, 1.0 for a laptop or
 * desktop (there is no facility to count), 1.58 for an unknown data centre. `how` says which.
 *
 * A machine without a named cloud counts as local unless it is a server by its CPU or sockets, or a guest.
 *
 * @throws OptionError when the user's figure is not between 1 and 5.
 */
export const resolvePue = ({ location, machine, guess, pue, how = 'option' }: PueQuestion): PueFigure => {
  if (pue !== undefined) return givenPue(pue, how)
  if (location.provider) return ofProvider(location.provider, location.cloudRegion)
  const { kind, isFounded, reason } = guess ?? guessMachineKind(machine)
  if (kind === 'server') return unknownDataCentre(`taken as a server in a data centre: ${reason}`)
  return {
    value: 1,
    low: 1,
    high: isFounded ? 1 : UNKNOWN_DATA_CENTRE.value,
    tier: isFounded ? 'modelled' : 'assumed',
    source: `taken as a ${kind} outside any data centre: ${reason}`,
    how: 'local',
  }
}
