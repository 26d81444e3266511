import { tableModule } from '../emit.mjs'

const KINDS = ['gpu', 'npu', 'tpu', 'soc']

/** Between the aliases of one row: the compact table keeps `|`, which the CSV uses, for itself. */
const ALIAS_SEPARATOR = ';'

const checkAliases = (check, row) => {
  const aliases = row.aliases === '' ? [] : row.aliases.split('|')
  if (aliases.some(alias => alias.trim() === '')) check.report(row, 'aliases', 'holds an empty alias')
  if (/[;\n`\\$]/.test(row.aliases))
    check.report(row, 'aliases', 'holds a character that the compact table keeps for itself')
}

const acceleratorRows = ({ read, checks }) => {
  const file = 'accelerators.csv'
  const rows = read(file, [
    'name',
    'vendor',
    'kind',
    'tdp_w',
    'embodied_kgco2e',
    'embodied_source',
    'tdp_basis',
    'source',
    'aliases',
  ])
  const check = checks(file)
  for (const row of rows) {
    check.text(row, 'name')
    check.text(row, 'vendor')
    check.oneOf(row, 'kind', KINDS)
    check.number(row, 'tdp_w', { min: 1, max: 1500, unit: 'W' })
    check.number(row, 'embodied_kgco2e', { min: 10, max: 2000, unit: 'kgCO2e', optional: true })
    if (row.embodied_kgco2e !== '') check.text(row, 'embodied_source')
    check.text(row, 'tdp_basis')
    check.text(row, 'source')
    checkAliases(check, row)
  }
  check.unique(rows, 'name', row => row.name)
  return rows
}

const instanceRows = ({ read, checks }, accelerators) => {
  const file = 'cloud-gpu-instances.csv'
  const rows = read(file, ['provider', 'instance_type', 'accelerator', 'gpu_count', 'tdp_units', 'source'])
  const check = checks(file)
  const names = new Set(accelerators.map(({ name }) => name))
  for (const row of rows) {
    check.matches(row, 'provider', /^[a-z]+$/, 'is not a lower-case name')
    check.matches(row, 'instance_type', /^[A-Za-z0-9._-]+$/, 'is not the name of an instance type')
    if (!names.has(row.accelerator)) check.report(row, 'accelerator', 'is not in accelerators.csv')
    check.number(row, 'gpu_count', { min: 1, max: 64, unit: 'GPUs', integer: true })
    check.number(row, 'tdp_units', { min: 0, above: true, max: Number(row.gpu_count), unit: 'boards' })
    check.text(row, 'source')
  }
  // Types are looked up without their provider.
  check.unique(rows, 'instance_type', row => row.instance_type.toLowerCase())
  return rows
}

export const acceleratorTables = source => {
  const accelerators = acceleratorRows(source)
  return {
    'accelerators.gen.ts': tableModule({
      name: 'ACCELERATORS',
      from: 'accelerators.csv',
      fields: `name | W | kgCO2e of its making | whose figure | what the watts are | whose | aliases, by "${ALIAS_SEPARATOR}"`,
      rows: accelerators.map(row => [
        row.name,
        row.tdp_w,
        row.embodied_kgco2e,
        row.embodied_source,
        row.tdp_basis,
        row.source,
        row.aliases.replaceAll('|', ALIAS_SEPARATOR),
      ]),
    }),
    'cloud-instances.gen.ts': tableModule({
      name: 'CLOUD_INSTANCES',
      from: 'cloud-gpu-instances.csv',
      fields: 'provider | type | accelerator | GPUs that it shows | boards of the accelerator table | source',
      rows: instanceRows(source, accelerators).map(row => [
        row.provider,
        row.instance_type,
        row.accelerator,
        row.gpu_count,
        row.tdp_units,
        row.source,
      ]),
    }),
  }
}
