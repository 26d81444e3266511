import { tableModule, valuesModule } from '../emit.mjs'

const pue = ({ read, checks }) => {
  const file = 'pue.csv'
  const rows = read(file, ['id', 'scope', 'provider', 'name', 'pue', 'year', 'source', 'confidence', 'note'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'id')
    check.oneOf(row, 'scope', [
      'industry-average',
      'default',
      'provider-fleet',
      'provider-fleet-design',
      'provider-geo',
      'provider-site',
      'tool-default',
    ])
    check.text(row, 'name')
    check.pue(row, 'pue')
    check.year(row, 'year', { optional: true })
    check.oneOf(row, 'confidence', [
      'primary',
      'secondary',
      'unverified',
      'marketing',
      'convention',
      'choice',
      'tool-default',
    ])
  }
  check.unique(rows, 'id', row => row.id)
  return tableModule({
    name: 'PROVIDER_PUES',
    from: file,
    fields: 'provider | name | PUE of the whole fleet | year | confidence',
    // Regions and sites are in the table of cloud regions already; design values and other tools' defaults are never used.
    rows: rows
      .filter(row => row.scope === 'provider-fleet')
      .map(row => [row.provider, row.name, row.pue, row.year, row.confidence]),
  })
}

/** The named rows of a table of constants, as typed values. A name that is gone is a fault: code stands on it. */
const named = (file, rows, wanted, keyOf, entryOf, problems) => {
  const entries = {}
  for (const [key, name] of Object.entries(wanted)) {
    const row = rows.find(candidate => keyOf(candidate) === name)
    if (row) entries[key] = entryOf(row)
    else if (rows.length > 0) problems.push(`${file}: no row ${name}`)
  }
  return entries
}

const defined = fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const numberOf = text => (text === '' ? undefined : Number(text))

const EMBODIED = {
  laptop: 'median:laptop',
  desktop: 'median:desktop',
  server: 'server-generic-bloom',
  serverDeclarations: 'median:server',
  accelerator: 'gpu-generic',
  lifetimeHours: 'lifetime:server-boavizta',
  cpuBase: 'cpu-base',
  cpuDie: 'cpu-die',
  memoryBase: 'ram-base',
  memoryDie: 'ram-die',
  memoryDensity: 'ram-density-default',
  storageBase: 'ssd-base',
  storageDie: 'ssd-die',
  storageDensity: 'ssd-density-default',
  motherboard: 'motherboard',
  powerSupply: 'psu',
  rackCase: 'case-rack',
  assembly: 'assembly',
}

const embodied = ({ read, checks, problems }) => {
  const file = 'embodied.csv'
  const rows = read(file, ['component', 'value', 'unit', 'low', 'high', 'year', 'source', 'note'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'component')
    check.number(row, 'value', { min: 0, above: true, max: 100_000, unit: row.unit })
    check.number(row, 'low', { min: 0, max: Number(row.value), unit: row.unit, optional: true })
    check.number(row, 'high', { min: Number(row.value), max: 100_000, unit: row.unit, optional: true })
    check.text(row, 'unit')
    check.text(row, 'source')
    check.year(row, 'year', { optional: true })
  }
  check.unique(rows, 'component', row => `${row.component} ${row.source}`)
  return valuesModule({
    name: 'EMBODIED',
    from: file,
    entries: named(
      file,
      rows,
      EMBODIED,
      row => row.component,
      row =>
        defined({
          value: numberOf(row.value),
          low: numberOf(row.low),
          high: numberOf(row.high),
          unit: row.unit,
          year: numberOf(row.year),
          source: row.source,
        }),
      problems,
    ),
  })
}

const EQUIVALENTS = {
  carKm: 'car-km-average',
  railKm: 'rail-pkm-national',
  smartphoneCharge: 'smartphone-charge',
  streamingHour: 'streaming-h',
  treeMonth: 'tree-month-ga',
}

const equivalents = ({ read, checks, problems }) => {
  const file = 'equivalents.csv'
  const rows = read(file, ['id', 'description', 'value', 'unit', 'year', 'source', 'note'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'id')
    check.text(row, 'description')
    check.number(row, 'value', { min: 0, above: true, max: 10_000, unit: row.unit })
    check.matches(row, 'unit', /^kgCO2e\/\S+$/, 'is not kgCO2e per something')
    check.year(row, 'year')
    check.text(row, 'source')
  }
  check.unique(rows, 'id', row => row.id)
  return valuesModule({
    name: 'EQUIVALENTS',
    from: file,
    entries: named(
      file,
      rows,
      EQUIVALENTS,
      row => row.id,
      row => ({ kilograms: Number(row.value), source: row.source, year: Number(row.year) }),
      problems,
    ),
  })
}

const POWER_CONSTANTS = {
  memoryWattsPerGb: 'memory_w_per_gb',
  unknownCoreWatts: 'cpu_w_per_core_ga',
  unknownGpuWatts: 'gpu_fallback_w',
}

const powerConstants = ({ read, checks, problems }) => {
  const file = 'power-constants.csv'
  const rows = read(file, ['key', 'value', 'unit', 'source', 'note'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'key')
    check.number(row, 'value', { min: 0, above: true, max: 1e7, unit: row.unit })
    check.text(row, 'source')
  }
  check.unique(rows, 'key', row => row.key)
  return valuesModule({
    name: 'POWER_CONSTANTS',
    from: file,
    entries: named(
      file,
      rows,
      POWER_CONSTANTS,
      row => row.key,
      row => ({ value: Number(row.value), unit: row.unit, source: row.source }),
      problems,
    ),
  })
}

export const footprintTables = source => ({
  'provider-pues.gen.ts': pue(source),
  'embodied.gen.ts': embodied(source),
  'equivalents.gen.ts': equivalents(source),
  'power-constants.gen.ts': powerConstants(source),
})
