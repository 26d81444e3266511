#!/usr/bin/env node
// Every row of the tables that are about to be shipped, within what is possible. Part of the build.
//   node tools/data/check-shipped.mjs [CORE] [ZONES]
// CORE and ZONES are folders of compiled tables. Exit 0: all of them. 1: a row that cannot be, named.
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const built = path => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
const [core = built('core/dist/data'), zones = built('electricitymaps-data/dist')] = process.argv.slice(2)

const load = (folder, file) => import(pathToFileURL(join(resolve(folder), file)).href)
const problems = []
let checked = 0

/** Figures of each row by name, with the range in which they can be; an absent one is unknown, never NaN. */
const check = (table, rows, nameOf, figuresOf) => {
  if (rows.length === 0) problems.push(`${table}: has no rows`)
  for (const row of rows) {
    checked++
    for (const [figure, value, low, high] of figuresOf(row)) {
      if (value === undefined) continue
      if (!(value >= low && value <= high))
        problems.push(`${table}, ${nameOf(row)}: ${figure} is ${value}, not within ${low} to ${high}`)
    }
  }
}

/** Nothing that is burnt for power comes near 1500 g/kWh; a figure in lb/MWh does. */
const intensity = ({ gramsPerKwh }) => ['g/kWh', gramsPerKwh, 0, 1500]
const year = ({ year }) => ['year', year, 1990, 2100]

const { countryRows } = await load(core, 'grid-countries.js')
check(
  'grid-countries',
  countryRows(),
  row => row.name,
  row => [intensity(row), year(row)],
)
const { regionRows } = await load(core, 'grid-regions.js')
check(
  'grid-regions',
  regionRows(),
  row => row.code,
  row => [intensity(row), year(row)],
)
const { residualRows } = await load(core, 'grid-residuals.js')
check(
  'grid-residuals',
  residualRows(),
  row => row.country,
  row => [intensity(row), year(row)],
)
const { cloudRegionRows } = await load(core, 'cloud-regions.js')
check(
  'cloud-regions',
  cloudRegionRows(),
  row => `${row.provider}:${row.region}`,
  row => [intensity(row), year(row), ['PUE', row.pue?.value, 1, 3]],
)
const { providerPueRows } = await load(core, 'provider-pues.js')
check(
  'provider-pues',
  providerPueRows(),
  row => row.name,
  row => [['PUE', row.pue, 1, 3], year(row)],
)
const { acceleratorRows } = await load(core, 'accelerators.js')
check(
  'accelerators',
  acceleratorRows(),
  row => row.name,
  row => [
    ['W', row.watts, 1, 2500],
    ['kgCO2e', row.embodiedKilograms, 1, 5000],
  ],
)
const { cloudInstanceRows } = await load(core, 'cloud-instances.js')
const accelerators = new Set(acceleratorRows().map(({ name }) => name))
check(
  'cloud-instances',
  cloudInstanceRows(),
  row => row.type,
  row => [
    ['GPUs', row.gpus, 0.1, 256],
    ['boards', row.boards, 0.1, 256],
    ['rows of its accelerator', accelerators.has(row.accelerator) ? 1 : 0, 1, 1],
  ],
)
const { listedCpus } = await load(core, 'cpu-power.js')
check(
  'cpus',
  listedCpus(),
  row => row.model,
  row => [
    ['W', row.tdpWatts, 0.1, 1500],
    ['cores', row.cores, 1, 1024],
  ],
)
const { CPU_ARCHITECTURES } = await load(core, 'cpu-architectures.gen.js')
check(
  'cpu-architectures',
  CPU_ARCHITECTURES.split('\n').map(line => line.split('|')),
  row => row[1],
  ([, , idle, full]) => [
    ['W per thread, idle', Number(idle), 0.01, 10],
    ['W per thread, full', Number(full), Number(idle), 20],
  ],
)
const valued = (file, table, high) =>
  check(
    file,
    Object.entries(table),
    ([name]) => name,
    ([, row]) => [
      ['value', row.value ?? row.kilograms, Number.MIN_VALUE, high],
      ['low', row.low, 0, row.value],
      ['high', row.high, row.value, 1e5],
      year(row),
    ],
  )
valued('embodied', (await load(core, 'embodied.gen.js')).EMBODIED, 1e5)
valued('equivalents', (await load(core, 'equivalents.gen.js')).EQUIVALENTS, 10)
valued('power-constants', (await load(core, 'power-constants.gen.js')).POWER_CONSTANTS, 1000)

const { zoneRows } = await load(zones, 'zones.js')
check(
  'zones',
  zoneRows(),
  row => row.zone,
  row => [...row.gramsPerKwh].map(([of, value]) => [`g/kWh of ${of}`, value, 0, 1500]),
)

for (const line of problems) console.error(line)
if (problems.length > 0) process.exitCode = 1
else console.log(`${checked} rows of data are within what is possible`)
