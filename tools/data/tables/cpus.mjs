import { frontCoded, tableModule } from '../emit.mjs'

/** Told apart by their first letters. */
const CPU_SOURCES = ['amd', 'codecarbon', 'estimate', 'intel-ark', 'vendor-spec-unverified']

const cpus = ({ read, checks }) => {
  const file = 'cpus.csv'
  const rows = read(file, ['model', 'tdp_w', 'cores', 'source'])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'model')
    check.number(row, 'tdp_w', { min: 1, max: 1500, unit: 'W' })
    check.number(row, 'cores', { min: 1, max: 1024, unit: 'cores', integer: true, optional: true })
    check.oneOf(row, 'source', CPU_SOURCES)
  }
  check.unique(rows, 'model', row => row.model)
  const sorted = rows.toSorted((a, b) => (a.model < b.model ? -1 : 1))
  const names = frontCoded(sorted.map(row => row.model))
  return tableModule({
    name: 'CPUS',
    from: file,
    fields: 'name, front coded (see cpu-power.ts) | TDP in W | cores | source, first letter',
    rows: sorted.map((row, i) => [names[i], row.tdp_w, row.cores, row.source[0]]),
  })
}

/** Rows that the maker of the list marks as wrong are left out; so are means where a recomputed median exists. */
const shippedArchitectures = rows => {
  const usable = rows.filter(row => !/do not use/i.test(row.note))
  const median = new Set(usable.filter(row => row.provider === 'any').map(row => row.architecture))
  return usable.filter(row => row.provider === 'any' || !median.has(row.architecture))
}

const architectures = ({ read, checks, problems }) => {
  const file = 'cpu-microarch-power.csv'
  const rows = read(file, [
    'provider',
    'architecture',
    'min_w_per_thread',
    'max_w_per_thread',
    'n_systems',
    'method',
    'source',
    'note',
  ])
  const check = checks(file)
  for (const row of rows) {
    check.oneOf(row, 'provider', ['any', 'aws', 'gcp', 'azure'])
    check.text(row, 'architecture')
    check.number(row, 'min_w_per_thread', { min: 0, above: true, max: 20, unit: 'W per thread' })
    check.number(row, 'max_w_per_thread', { min: 0, above: true, max: 20, unit: 'W per thread' })
    if (Number(row.min_w_per_thread) >= Number(row.max_w_per_thread))
      check.report(row, 'max_w_per_thread', 'is not above min_w_per_thread')
    check.number(row, 'n_systems', { min: 1, max: 10000, unit: 'systems', integer: true, optional: true })
    check.oneOf(row, 'method', ['recomputed-median', 'ccf-published-mean', 'ccf-default'])
  }
  check.unique(rows, 'architecture', row => `${row.provider} ${row.architecture}`)
  if (rows.length > 0 && !rows.some(row => row.architecture === '(unknown)'))
    problems.push(`${file}: no row for an unknown architecture`)
  return tableModule({
    name: 'CPU_ARCHITECTURES',
    from: file,
    fields:
      'provider | architecture | W per hardware thread when idle | and at full load | systems measured | method',
    rows: shippedArchitectures(rows).map(row => [
      row.provider,
      row.architecture,
      row.min_w_per_thread,
      row.max_w_per_thread,
      row.n_systems,
      row.method,
    ]),
  })
}

export const cpuTables = source => ({
  'cpus.gen.ts': cpus(source),
  'cpu-architectures.gen.ts': architectures(source),
})
