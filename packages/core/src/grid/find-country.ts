import { type CountryRow, countryRows } from '../data/grid-countries.js'
import { closeMatches } from './close-matches.js'

/** What people call countries beside the names of the table, by ISO 3166-1 alpha-2. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  AE: ['UAE', 'Emirates'],
  BN: ['Brunei'],
  CD: ['DR Congo', 'DRC'],
  CG: ['Republic of the Congo'],
  CI: ['Ivory Coast'],
  CV: ['Cape Verde'],
  CZ: ['Czech Republic'],
  FK: ['Falkland Islands'],
  GB: ['UK', 'Great Britain', 'England', 'Scotland', 'Wales', 'Northern Ireland'],
  GR: ['EL'],
  KP: ["Democratic People's Republic of Korea"],
  KR: ['Korea', 'Republic of Korea'],
  MK: ['Macedonia'],
  MM: ['Burma'],
  MO: ['Macau'],
  NL: ['Holland', 'The Netherlands'],
  PS: ['Palestine'],
  RU: ['Russia'],
  SZ: ['Swaziland'],
  TL: ['East Timor'],
  TR: ['Turkey'],
  US: ['United States of America', 'America'],
  VA: ['Vatican', 'Vatican City', 'Holy See'],
  VG: ['British Virgin Islands'],
  VI: ['US Virgin Islands'],
  VN: ['Viet Nam'],
}

/** Codes that ICU can name although they are no places: groups of countries and codes for tests. */
const NO_PLACES = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ'])

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z]+/g, ' ')
    .trim()
    .replace(/^the /, '')
    .replace(/^st /, 'saint ')

/** A name as it is, and turned round where the list sorts by its main word: `Congo, The Democratic Republic of the`. */
const spellings = (name: string): readonly string[] => {
  const [main, rest] = name.split(', ', 2)
  return rest === undefined ? [plain(name)] : [plain(name), plain(`${rest} ${main}`)]
}

let byKey: Map<string, CountryRow> | undefined

const indexed = (): Map<string, CountryRow> => {
  const index = new Map<string, CountryRow>()
  for (const row of countryRows()) {
    if (row.iso2 === '') continue
    const names = [row.name, ...(OTHER_NAMES[row.iso2] ?? [])]
    for (const key of [row.iso2, row.iso3, ...names.flatMap(spellings)]) index.set(key.toLowerCase(), row)
  }
  return index
}

/** Whether two letters are the code of a country or territory of today, whether or not it has a figure. */
const isCountryCode = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) &&
  !NO_PLACES.has(code) &&
  new Intl.Locale(`und-${code}`).region === code &&
  new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code) !== undefined

/**
 * ISO 3166-1 alpha-2 code of a country given as alpha-2, alpha-3 or English name, in any case, with or without accents.
 * A country without a figure is known by its alpha-2 code.
 */
export const findCountry = (text: string): string | undefined => {
  byKey ??= indexed()
  const row = byKey.get(text.trim().toLowerCase()) ?? byKey.get(plain(text))
  if (row) return row.iso2
  const code = text.trim().toUpperCase()
  return isCountryCode(code) ? code : undefined
}

/** Names that a text that is no country may have meant. */
export const countriesLike = (text: string): readonly string[] =>
  closeMatches(
    text,
    countryRows()
      .filter(({ iso2 }) => iso2 !== '')
      .flatMap(({ iso2, name }) => [name, ...(OTHER_NAMES[iso2] ?? [])]),
  )
