import { cloudRegionRows, findCloudRegion } from '../data/cloud-regions.js'
import { type RegionRow, regionRows } from '../data/grid-regions.js'
import { providerPueRows } from '../data/provider-pues.js'
import { OptionError } from '../errors.js'
import { closeMatches, didYouMean } from './close-matches.js'
import { countriesLike, findCountry } from './find-country.js'
import type { Location } from './location.js'

export type Place = Omit<Location, 'how'>

/** Throws OptionError, like the other readers, when the text names no place; `name` is the option as its user wrote it. */
export const readCountry = (text: string, name: string): Place => {
  const country = findCountry(text)
  if (country === undefined)
    throw new OptionError(
      name,
      text,
      `the ISO 3166-1 code or the English name of a country, e.g. "SE", "SWE" or "Sweden"${didYouMean(countriesLike(text))}`,
    )
  return { country }
}

const findRegion = (text: string, country: string | undefined): RegionRow | undefined => {
  const wanted = text.trim().toUpperCase()
  const rows = regionRows().filter(row => country === undefined || row.country === country)
  return (
    rows.find(({ code }) => code === wanted) ??
    rows.find(row => country !== undefined && row.code === `${country}-${wanted}`) ??
    rows.find(({ name }) => name.toUpperCase() === wanted)
  )
}

/** A region by its code or name; by half of its code only together with its country. */
export const readRegion = (text: string, name: string, country: string | undefined): Place => {
  const row = findRegion(text, country) ?? findRegion(text, undefined)
  if (row) return { country: row.country, region: row.code }
  // A bare `WA` may be Washington or Western Australia, and is nothing that resembles it in spelling.
  const halves = regionRows().filter(({ code }) => code.endsWith(`-${text.trim().toUpperCase()}`))
  const near =
    halves.length > 0
      ? halves.map(({ code }) => code)
      : closeMatches(
          text,
          regionRows().flatMap(({ code, name: label }) => [code, label]),
        )
  const places = [...new Set(regionRows().map(({ country: code }) => code))].join(', ')
  throw new OptionError(
    name,
    text,
    `the ISO 3166-2 code of a state or province in ${places}, e.g. "US-CA"; elsewhere the country alone${didYouMean(near)}`,
  )
}

/** What to write instead of a cloud that is not in the tables. */
const acceptedClouds = (provider: string, region: string): string => {
  const regions = cloudRegionRows().filter(row => row.provider === provider)
  if (regions[0]) {
    const near = closeMatches(
      region,
      regions.map(row => row.region),
    )
    const meant = didYouMean(near.map(match => `${provider}:${match}`))
    return `"${provider}:" and one of its regions, e.g. "${provider}:${regions[0].region}"${meant}`
  }
  return `a provider and its region, e.g. "aws:eu-north-1"; providers: ${cloudProviders().join(', ')}; elsewhere the country instead`
}

const cloudProviders = (): readonly string[] =>
  [...new Set([...cloudRegionRows(), ...providerPueRows()].map(({ provider }) => provider))].sort()

/** `provider:region`, or a provider alone, whose PUE is known even where its region is not. */
export const readCloud = (text: string, name: string): Place => {
  const [, provider = '', region] = /^([^:]*)(?::(.*))?$/s.exec(text.trim().toLowerCase()) ?? []
  if (region === undefined && cloudProviders().includes(provider)) return { provider }
  const row = findCloudRegion(provider, region ?? '')
  if (!row) throw new OptionError(name, text, acceptedClouds(provider, region ?? ''))
  return { country: row.country, provider, cloudRegion: row.region }
}
