import { OptionError } from '../errors.js'
import type { Location } from './location.js'
import { type Place, readCloud, readCountry, readRegion } from './read-place.js'

export type PlaceOption = 'country' | 'region' | 'cloud'

/** Where the machine is, in the words of its user. */
export type PlaceOptions = Readonly<Partial<Record<PlaceOption, string>>>

/** Which of the places where options can be set an option was found in; the strongest first. */
const STRENGTH = ['option', 'environment', 'config'] as const
export type PlaceSource = (typeof STRENGTH)[number]

/** `ReadonlyMap<PlaceOption, PlaceSource>` is one. */
export interface PlaceSources {
  get(option: PlaceOption): PlaceSource | undefined
}

interface Claim {
  readonly option: PlaceOption
  readonly text: string
  readonly source: PlaceSource
  readonly location: Place
}

const shownName = (option: PlaceOption, source: PlaceSource): string =>
  source === 'environment' ? `EPOCHWATT_${option.toUpperCase()}` : option

const claimsOf = (place: PlaceOptions, sources: PlaceSources): readonly Claim[] => {
  const claims: Claim[] = []
  const add = (option: PlaceOption, read: (text: string, name: string) => Place): void => {
    const text = place[option]
    if (text === undefined) return
    const source = sources.get(option) ?? 'option'
    const name = shownName(option, source)
    // Callers without types: a number has no name to look up.
    if (typeof text !== 'string') throw new OptionError(name, text, 'a text')
    claims.push({ option, text, source, location: read(text, name) })
  }
  add('country', readCountry)
  const country = claims[0]?.location.country
  add('region', (text, name) => readRegion(text, name, country))
  add('cloud', readCloud)
  return claims
}

const rank = ({ source }: Claim): number => STRENGTH.indexOf(source)

/** Leaves out what a stronger claim contradicts: a machine's default country yields to the region named in the code. */
const withoutOverruled = (claims: readonly Claim[]): readonly Claim[] => {
  const leader = claims
    .filter(({ location }) => location.country !== undefined)
    .toSorted((a, b) => rank(a) - rank(b))[0]
  return claims.filter(claim => {
    const { country } = claim.location
    if (!leader || country === undefined || country === leader.location.country) return true
    if (rank(claim) > rank(leader)) return false
    throw new OptionError(
      shownName(claim.option, claim.source),
      claim.text,
      `a place in ${leader.location.country}, which is where "${shownName(leader.option, leader.source)}" says the machine is; or leave one of the two out`,
    )
  })
}

/**
 * Where the machine is, from what its user said: checked, and in one spelling. Nothing said is `how: 'unknown'`.
 *
 * @param place `country`: ISO 3166-1 alpha-2, alpha-3 or English name. `region`: ISO 3166-2 (`US-CA`), or its second
 * half or name together with the country. `cloud`: `provider:region`, or the provider alone.
 * @param sources Where each option was set; an option without a source counts as given in code. A stronger source
 * overrules a weaker one that contradicts it.
 * @throws OptionError for an unknown place, naming near ones, and for places that contradict each other.
 *
 * @example
 * ```ts
 * resolveLocation({ cloud: 'aws:eu-north-1' }) // { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1', how: 'option' }
 * ```
 */
export const resolveLocation = (place: PlaceOptions, sources: PlaceSources = new Map()): Location => {
  const claims = withoutOverruled(claimsOf(place, sources))
  if (claims.length === 0) return { how: 'unknown' }
  const strongest = claims.reduce((best, claim) => (rank(claim) < rank(best) ? claim : best))
  const merged: Place = Object.assign({}, ...claims.map(({ location }) => location))
  return { ...merged, how: strongest.source }
}
