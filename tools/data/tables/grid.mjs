import { tableModule } from '../emit.mjs'

const BASES = ['lifecycle', 'direct']
const METHODS = ['production', 'consumption']

const countryRows = ({ read, checks }) => {
  const file = 'grid-intensity-country.csv'
  const rows = read(file, [
    'iso2',
    'iso3',
    'name',
    'gco2e_per_kwh',
    'year',
    'kind',
    'basis',
    'method',
    'is_default',
    'source',
    'quality',
  ])
  const check = checks(file)
  for (const row of rows) {
    check.matches(row, 'iso2', /^[A-Z]{2}$/, 'is not an ISO 3166-1 alpha-2 code', {
      optional: row.quality === 'aggregate',
    })
    check.matches(
      row,
      'iso3',
      /^[A-Z0-9-]{2,13}$/,
      'is not an ISO 3166-1 alpha-3 code or the name of an aggregate',
    )
    check.text(row, 'name')
    check.intensity(row, 'gco2e_per_kwh', { above: row.is_default === '1' })
    check.year(row, 'year')
    check.oneOf(row, 'kind', ['average', 'marginal-om', 'residual-mix'])
    check.oneOf(row, 'basis', BASES)
    check.oneOf(row, 'method', METHODS)
    check.oneOf(row, 'is_default', ['0', '1'])
    check.text(row, 'source')
    check.oneOf(row, 'quality', [
      'ok',
      'older',
      'proxy',
      'aggregate',
      'suspect-zero',
      'suspect-round',
      'market-based',
      'publication-year',
    ])
    if (row.is_default === '1' && row.kind !== 'average')
      check.report(row, 'kind', 'cannot be the default: not an average')
  }
  const defaults = rows.filter(row => row.is_default === '1')
  check.unique(defaults, 'is_default', row => row.iso3)
  const settled = new Set(defaults.map(row => row.iso3))
  for (const row of rows)
    if (row.kind === 'average' && !settled.has(row.iso3)) {
      check.report(row, 'is_default', `leaves ${row.iso3} without a default row`)
      settled.add(row.iso3)
    }
  const residuals = rows.filter(row => row.kind === 'residual-mix')
  check.unique(residuals, 'kind', row => row.iso2)
  return {
    countries: defaults.toSorted((a, b) => (a.iso3 < b.iso3 ? -1 : 1)),
    residuals: residuals.toSorted((a, b) => (a.iso2 < b.iso2 ? -1 : 1)),
  }
}

const regionRows = ({ read, checks }) => {
  const file = 'grid-intensity-subnational.csv'
  const rows = read(file, [
    'region_code',
    'country_iso2',
    'level',
    'name',
    'gco2e_per_kwh',
    'year',
    'basis',
    'method',
    'source',
  ])
  const check = checks(file)
  for (const row of rows) {
    check.matches(
      row,
      'region_code',
      /^([A-Z]{2}-[A-Z0-9]{1,3}|EGRID-[A-Z]{4})$/,
      'is neither ISO 3166-2 nor EGRID-xxxx',
    )
    check.matches(row, 'country_iso2', /^[A-Z]{2}$/, 'is not an ISO 3166-1 alpha-2 code')
    check.oneOf(row, 'level', ['state', 'province', 'egrid-subregion'])
    check.text(row, 'name')
    check.intensity(row, 'gco2e_per_kwh', { above: true })
    check.year(row, 'year')
    check.oneOf(row, 'basis', BASES)
    check.oneOf(row, 'method', METHODS)
    check.text(row, 'source')
  }
  check.unique(rows, 'region_code', row => row.region_code)
  return rows
}

/** A cloud region that quotes another table must quote it right, or a refresh of one table would leave the other behind. */
const checkQuotation = (check, row, countries, regions) => {
  const [publisher, place] = row.source.split(':')
  if (!place) return
  const quoted =
    publisher === 'ember'
      ? countries.find(({ iso2 }) => iso2 === place)
      : regions.find(({ region_code: code }) => code === place || code === `EGRID-${place}`)
  if (!quoted)
    check.report(row, 'source', 'quotes a place that is in neither the country nor the sub-national table')
  else if (quoted.gco2e_per_kwh !== row.gco2e_per_kwh)
    check.report(
      row,
      'gco2e_per_kwh',
      `differs from ${quoted.gco2e_per_kwh} in the table that it quotes as ${row.source}`,
    )
}

const cloudRows = ({ read, checks }, countries, regions) => {
  const file = 'cloud-regions.csv'
  const rows = read(file, [
    'provider',
    'region',
    'location',
    'country_iso2',
    'gco2e_per_kwh',
    'basis',
    'year',
    'source',
    'pue',
    'pue_year',
    'pue_scope',
  ])
  const check = checks(file)
  const known = new Set(countries.map(({ iso2 }) => iso2))
  for (const row of rows) {
    check.matches(row, 'provider', /^[a-z]+$/, 'is not a lower-case name')
    check.matches(row, 'region', /^[a-z0-9_-]+$/, 'is not the name of a region')
    check.text(row, 'location')
    if (!known.has(row.country_iso2))
      check.report(row, 'country_iso2', 'has no default row in the country table')
    check.intensity(row, 'gco2e_per_kwh', { above: true })
    check.oneOf(row, 'basis', BASES)
    check.year(row, 'year')
    check.text(row, 'source')
    checkQuotation(check, row, countries, regions)
    check.pue(row, 'pue', { optional: true })
    check.year(row, 'pue_year', { optional: row.pue === '' })
    check.oneOf(row, 'pue_scope', ['provider-region', 'provider-geo', 'provider-fleet'], {
      optional: row.pue === '',
    })
  }
  check.unique(rows, 'region', row => `${row.provider}:${row.region}`)
  return rows
}

/** Nothing of it is shipped; a folder of facts with a fault is refused as a whole all the same. */
const checkFuels = ({ read, checks }) => {
  const file = 'emission-factors-fuel.csv'
  const rows = read(file, ['fuel', 'gco2e_per_kwh', 'basis', 'year', 'source'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'fuel')
    check.intensity(row, 'gco2e_per_kwh')
    check.oneOf(row, 'basis', BASES)
    check.year(row, 'year', { optional: true })
    check.text(row, 'source')
  }
  check.unique(rows, 'fuel', row => `${row.fuel} ${row.basis} ${row.source}`)
}

export const gridTables = source => {
  checkFuels(source)
  const { countries, residuals } = countryRows(source)
  const regions = regionRows(source)
  const clouds = cloudRows(source, countries, regions)
  if (countries.length > 0 && !countries.some(({ iso3 }) => iso3 === 'WORLD'))
    source.problems.push(
      'grid-intensity-country.csv: no default row for WORLD, the stand-in for unknown places',
    )
  return {
    'grid-countries.gen.ts': tableModule({
      name: 'GRID_COUNTRIES',
      from: 'grid-intensity-country.csv',
      fields: 'ISO 3166-1 alpha-2 | alpha-3 | name | gCO2e/kWh, average | year | basis | source | quality',
      // Aggregates other than the world are no places where a machine can be.
      rows: countries
        .filter(row => row.iso2 !== '' || row.iso3 === 'WORLD')
        .map(row => [
          row.iso2,
          row.iso3,
          row.name,
          row.gco2e_per_kwh,
          row.year,
          row.basis,
          row.source,
          row.quality,
        ]),
    }),
    'grid-residuals.gen.ts': tableModule({
      name: 'GRID_RESIDUALS',
      from: 'grid-intensity-country.csv',
      fields: 'ISO 3166-1 alpha-2 | gCO2e/kWh, residual mix | year | basis | source',
      rows: residuals.map(row => [row.iso2, row.gco2e_per_kwh, row.year, row.basis, row.source]),
    }),
    'grid-regions.gen.ts': tableModule({
      name: 'GRID_REGIONS',
      from: 'grid-intensity-subnational.csv',
      fields: 'code | country | level | name | gCO2e/kWh, average | year | basis | source',
      rows: regions.map(row => [
        row.region_code,
        row.country_iso2,
        row.level,
        row.name,
        row.gco2e_per_kwh,
        row.year,
        row.basis,
        row.source,
      ]),
    }),
    'cloud-regions.gen.ts': tableModule({
      name: 'CLOUD_REGIONS',
      from: 'cloud-regions.csv',
      fields:
        'provider | region | place | country | gCO2e/kWh, average | basis | year | source | PUE | its year | its scope',
      rows: clouds.map(row => [
        row.provider,
        row.region,
        row.location,
        row.country_iso2,
        row.gco2e_per_kwh,
        row.basis,
        row.year,
        row.source,
        row.pue,
        row.pue_year,
        row.pue_scope,
      ]),
    }),
  }
}
