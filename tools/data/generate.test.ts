import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const GENERATOR = fileURLToPath(new URL('./generate.mjs', import.meta.url))

/** The smallest folder that is whole. */
const GOOD: Readonly<Record<string, string>> = {
  'grid-intensity-country.csv': `iso2,iso3,name,gco2e_per_kwh,year,kind,basis,method,is_default,source,quality
SE,SWE,Sweden,35.89,2024,average,lifecycle,production,1,ember,ok
SE,SWE,Sweden,8,2023,average,direct,production,0,eea,ok
SE,SWE,Sweden,85.5,2024,residual-mix,direct,consumption,0,aib,market-based
CD,COD,"Congo, The Democratic Republic of the",27.04,2023,average,lifecycle,production,1,ember,ok
YT,MYT,Mayotte,753,2021,marginal-om,direct,production,0,ifi,ok
,EU27,EU,213.02,2024,average,lifecycle,production,1,ember,aggregate
,WORLD,World,472.94,2024,average,lifecycle,production,1,ember,aggregate
`,
  'grid-intensity-subnational.csv': `region_code,country_iso2,level,name,gco2e_per_kwh,year,basis,method,source
US-CA,US,state,California,179.1,2023,direct,production,epa
EGRID-CAMX,US,egrid-subregion,WECC California,195,2023,direct,production,epa
`,
  'cloud-regions.csv': `provider,region,location,country_iso2,gco2e_per_kwh,basis,year,source,pue,pue_year,pue_scope,cfe
aws,eu-north-1,Stockholm,SE,35.89,lifecycle,2024,ember:SE,1.1,2024,provider-region,
gcp,europe-north2,Stockholm,SE,2.73,direct,2024,google-2024,,,,1.0
`,
  'emission-factors-fuel.csv': `fuel,gco2e_per_kwh,basis,year,source,note
coal,820,lifecycle,2014,ipcc,
gas,490,lifecycle,2014,ipcc,
`,
  'pue.csv': `id,scope,provider,name,pue,year,source,confidence,note
uptime,industry-average,,Survey,1.58,2023,uptime,primary,
aws-fleet,provider-fleet,aws,AWS global,1.15,2024,aws,secondary,
`,
  'cpus.csv': `model,tdp_w,cores,source
Intel Xeon Gold 6312U,185,24,intel-ark
AMD EPYC 7763,280,64,amd
Intel Xeon Gold 6312,150,,codecarbon
AMD Ryzen 5 6600HS\u200B,35,6,amd
`,
  'cpu-microarch-power.csv': `provider,architecture,min_w_per_thread,max_w_per_thread,n_systems,method,source,note
any,EPYC 5th Gen,0.217,1.184,41,recomputed-median,spec,
aws,EPYC 5th Gen,3.682,8.961,,ccf-published-mean,ccf,OUTLIER: do not use
aws,Graviton4,0.474,1.693,,ccf-published-mean,ccf,proxy
aws,(unknown),0.74,3.5,,ccf-default,ccf,
`,
  'embodied.csv': `component,value,unit,low,high,year,source,note
median:laptop,241,kgCO2e/unit,135,387,2023,boavizta,
median:desktop,301,kgCO2e/unit,166,551,2023,boavizta,
median:server,1278,kgCO2e/unit,558,7152,2023,boavizta,
server-generic-bloom,2500,kgCO2e/server,,,2022,luccioni,
gpu-generic,150,kgCO2e/GPU,60,575,2022,luccioni,
lifetime:server-boavizta,35040,h,,,,boavizta,4 y
cpu-base,9.14,kgCO2e/unit,,,2021,boavizta,
cpu-die,0.0197,kgCO2e/mm2 die,,,2021,boavizta,
ram-base,5.22,kgCO2e/module,,,2021,boavizta,
ram-die,2.2,kgCO2e/cm2 die,,,2021,boavizta,
ram-density-default,1.25,GB/cm2,,,2024,boavizta,
ssd-base,6.34,kgCO2e/unit,,,2021,boavizta,
ssd-die,2.2,kgCO2e/cm2 die,,,2021,boavizta,
ssd-density-default,48.5,GB/cm2,,,2024,boavizta,
motherboard,66.1,kgCO2e/unit,,,2021,boavizta,
psu,24.3,kgCO2e/kg,,,2021,boavizta,
case-rack,150,kgCO2e/unit,,,2021,boavizta,
assembly,6.68,kgCO2e/unit,,,2021,boavizta,
`,
  'equivalents.csv': `id,description,value,unit,year,source,note
car-km-average,"Average car, unknown fuel",0.16725,kgCO2e/km,2025,desnz,
rail-pkm-national,Rail,0.03546,kgCO2e/passenger-km,2025,desnz,
smartphone-charge,Charge,0.0124,kgCO2e/charge,2024,epa,
streaming-h,Streaming,0.036,kgCO2e/hour,2020,iea,
tree-month-ga,Tree,0.917,kgCO2e/tree-month,2021,ga,
`,
  'power-constants.csv': `key,value,unit,source,note
memory_w_per_gb,0.3725,W/GB,ga,
cpu_w_per_core_ga,12,W/core,ga,
gpu_fallback_w,200,W,ga,
`,
  'accelerators.csv': `name,vendor,kind,tdp_w,memory_gb,year,idle_w,idle_basis,embodied_kgco2e,embodied_source,tdp_basis,source,cross_check,aliases
H100 SXM5 80GB,NVIDIA,gpu,700,80,2022,60,estimate,164,nvidia-pcf,vendor-tdp,epoch,epoch,NVIDIA H100 80GB HBM3|H100 SXM
K80 24GB,NVIDIA,gpu,300,24,2014,,,,,vendor-tdp-dual-gpu-board,epoch,epoch,
`,
  'cloud-gpu-instances.csv': `provider,instance_type,accelerator,gpu_count,tdp_units,source
aws,p2.xlarge,K80 24GB,1,0.5,ccf
aws,p5.48xlarge,H100 SXM5 80GB,8,8,ccf
`,
}

interface Built {
  readonly modules: Readonly<Record<string, string>>
  readonly problems: readonly string[]
}
// The tools are plain JavaScript, so their types are said here.
const { buildModules } = (await import(new URL('./build-modules.mjs', import.meta.url).href)) as {
  buildModules: (folder: string) => Built
}

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'epochwatt-data-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

type Changes = Readonly<Record<string, (text: string) => string | undefined>>

const factsWith = (changes: Changes = {}): string => {
  const folder = join(root, 'facts')
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(GOOD)) {
    const changed = changes[file] ? changes[file](text) : text
    if (changed !== undefined) writeFileSync(join(folder, file), changed)
  }
  return folder
}

const built = (changes?: Changes): Built => buildModules(factsWith(changes))

/** Rows of a generated table. */
const rowsOf = ({ modules, problems }: Built, file: string): readonly string[] => {
  expect(problems).toEqual([])
  return modules[file]!.split('`')[1]!.split('\n')
}

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [GENERATOR, ...args], { encoding: 'utf8' })

describe('generate.mjs', () => {
  it('writes one module for each table, the same each time', () => {
    const folder = factsWith()
    const outputs = ['first', 'second'].map(name => join(root, name))
    for (const output of outputs) {
      mkdirSync(output)
      expect(run(folder, output)).toMatchObject({ status: 0, stderr: '' })
    }
    const files = readdirSync(outputs[0]!).sort()
    expect(files).toEqual([
      'accelerators.gen.ts',
      'cloud-instances.gen.ts',
      'cloud-regions.gen.ts',
      'cpu-architectures.gen.ts',
      'cpus.gen.ts',
      'embodied.gen.ts',
      'equivalents.gen.ts',
      'grid-countries.gen.ts',
      'grid-regions.gen.ts',
      'grid-residuals.gen.ts',
      'power-constants.gen.ts',
      'provider-pues.gen.ts',
      'version.gen.ts',
    ])
    for (const file of files) {
      const [first, second] = outputs.map(output => readFileSync(join(output, file), 'utf8'))
      expect(first).toBe(second)
    }
  })

  it('writes nothing where there is a fault, and says so', () => {
    const output = join(root, 'out')
    mkdirSync(output)
    const { status, stderr } = run(factsWith({ 'pue.csv': text => text.replace('1.58', '15.8') }), output)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^pue\.csv: row 2, column pue, value "15\.8": is not within 1 to 3/)
    expect(stderr).toContain('1 fault; nothing was written.')
    expect(readdirSync(output)).toEqual([])
  })

  it('explains itself when called wrongly', () => {
    const { status, stderr } = run()
    expect(status).toBe(2)
    expect(stderr).toContain('Usage: node tools/data/generate.mjs FOLDER')
  })
})

describe('buildModules', () => {
  it('ships the default of each country and the world, and keeps unknown cells empty', () => {
    expect(rowsOf(built(), 'grid-countries.gen.ts')).toEqual([
      'CD|COD|Congo, The Democratic Republic of the|27.04|2023|lifecycle|ember|ok',
      'SE|SWE|Sweden|35.89|2024|lifecycle|ember|ok',
      '|WORLD|World|472.94|2024|lifecycle|ember|aggregate',
    ])
    expect(rowsOf(built(), 'cloud-regions.gen.ts')[1]).toBe(
      'gcp|europe-north2|Stockholm|SE|2.73|direct|2024|google-2024|||',
    )
  })

  it('sorts and front-codes CPUs, without the invisible characters of their list', () => {
    expect(rowsOf(built(), 'cpus.gen.ts')).toEqual([
      '0AMD EPYC 7763|280|64|a',
      '4Ryzen 5 6600HS|35|6|a',
      '0Intel Xeon Gold 6312|150||c',
      'kU|185|24|i',
    ])
  })

  it('leaves out rows that are marked as wrong and means that a median replaces', () => {
    expect(rowsOf(built(), 'cpu-architectures.gen.ts')).toEqual([
      'any|EPYC 5th Gen|0.217|1.184|41|recomputed-median',
      'aws|Graviton4|0.474|1.693||ccf-published-mean',
      'aws|(unknown)|0.74|3.5||ccf-default',
    ])
  })

  it('ships accelerators with their aliases, and instances by boards', () => {
    expect(rowsOf(built(), 'accelerators.gen.ts')).toEqual([
      'H100 SXM5 80GB|700|164|nvidia-pcf|vendor-tdp|epoch|NVIDIA H100 80GB HBM3;H100 SXM',
      'K80 24GB|300|||vendor-tdp-dual-gpu-board|epoch|',
    ])
    expect(rowsOf(built(), 'cloud-instances.gen.ts')[0]).toBe('aws|p2.xlarge|K80 24GB|1|0.5|ccf')
  })

  const replace = (from: string, to: string) => (text: string) => {
    expect(text).toContain(from)
    return text.replace(from, to)
  }

  it.each([
    [
      'a fuel beyond any that is burnt',
      'emission-factors-fuel.csv',
      'coal,820',
      'coal,2820',
      /row 2, column gco2e_per_kwh, value "2820"/,
    ],
    [
      'a second residual mix of one country',
      'grid-intensity-country.csv',
      'SE,SWE,Sweden,8,2023,average,direct,production,0,eea,ok',
      'SE,SWE,Sweden,8,2023,residual-mix,direct,consumption,0,aib,market-based',
      /column kind, value "residual-mix": repeats row/,
    ],
    [
      'an intensity in lb/MWh',
      'grid-intensity-country.csv',
      'Sweden,35.89',
      'Sweden,1612',
      /row 2, column gco2e_per_kwh, value "1612": .*lb\/MWh/,
    ],
    [
      'a negative intensity',
      'grid-intensity-country.csv',
      'Sweden,8,',
      'Sweden,-8,',
      /row 3, column gco2e_per_kwh, value "-8"/,
    ],
    [
      'a default of zero',
      'grid-intensity-country.csv',
      'Sweden,35.89',
      'Sweden,0',
      /row 2, column gco2e_per_kwh, value "0": is not above 0/,
    ],
    [
      'an unknown where a number is needed',
      'grid-intensity-country.csv',
      'Sweden,35.89',
      'Sweden,',
      /row 2, column gco2e_per_kwh, value "": must not be empty/,
    ],
    [
      'a word for a number',
      'grid-intensity-country.csv',
      'Sweden,35.89',
      'Sweden,n/a',
      /row 2, column gco2e_per_kwh, value "n\/a": is not a decimal number/,
    ],
    [
      'two defaults',
      'grid-intensity-country.csv',
      'production,0,eea',
      'production,1,eea',
      /row 3, column is_default, value "1": repeats row 2/,
    ],
    [
      'no default',
      'grid-intensity-country.csv',
      'production,1,ember,ok',
      'production,0,ember,ok',
      /row 2, column is_default, value "0": leaves SWE without/,
    ],
    [
      'a default that is no average',
      'grid-intensity-country.csv',
      'average,lifecycle,production,1,ember,ok',
      'marginal-om,lifecycle,production,1,ember,ok',
      /row 2, column kind/,
    ],
    ['no world', 'grid-intensity-country.csv', 'WORLD', 'WORLDS', /no default row for WORLD/],
    [
      'an unknown basis',
      'grid-intensity-country.csv',
      'lifecycle',
      'well-to-wheel',
      /row 2, column basis, value "well-to-wheel": is none of lifecycle, direct/,
    ],
    [
      'a year out of time',
      'grid-intensity-country.csv',
      '35.89,2024',
      '35.89,24',
      /row 2, column year, value "24"/,
    ],
    [
      'a repeated region',
      'grid-intensity-subnational.csv',
      'EGRID-CAMX',
      'US-CA',
      /row 3, column region_code, value "US-CA": repeats row 2/,
    ],
    [
      'a region code of another list',
      'grid-intensity-subnational.csv',
      'EGRID-CAMX',
      'CAISO_NORTH',
      /row 3, column region_code/,
    ],
    [
      'a PUE below 1',
      'cloud-regions.csv',
      ',1.1,2024',
      ',0.9,2024',
      /row 2, column pue, value "0.9": is not within 1 to 3/,
    ],
    [
      'a PUE without scope',
      'cloud-regions.csv',
      'provider-region',
      '',
      /row 2, column pue_scope, value "": must not be empty/,
    ],
    [
      'a cloud region that quotes an old figure',
      'cloud-regions.csv',
      'SE,35.89',
      'SE,41',
      /row 2, column gco2e_per_kwh, value "41": differs from 35.89/,
    ],
    [
      'a cloud region in a country without figure',
      'cloud-regions.csv',
      'SE,2.73',
      'YT,2.73',
      /row 3, column country_iso2, value "YT"/,
    ],
    ['a PUE above 3', 'pue.csv', '1.58', '15.8', /row 2, column pue, value "15.8"/],
    [
      'a TDP in milliwatts',
      'cpus.csv',
      '185',
      '185000',
      /row 2, column tdp_w, value "185000": is not within 1 to 1500 W/,
    ],
    [
      'half a core',
      'cpus.csv',
      '185,24',
      '185,2.4',
      /row 2, column cores, value "2.4": is not a whole number/,
    ],
    [
      'a repeated CPU',
      'cpus.csv',
      '6312,150',
      '6312U,150',
      /row 4, column model, value "Intel Xeon Gold 6312U": repeats row 2/,
    ],
    ['a separator inside a name', 'cpus.csv', 'EPYC 7763', 'EPYC | 7763', /row 3, column model/],
    [
      'idle above full load',
      'cpu-microarch-power.csv',
      '0.217,1.184',
      '1.217,1.184',
      /row 2, column max_w_per_thread/,
    ],
    ['a bound on the wrong side', 'embodied.csv', '135,387', '300,387', /row 2, column low, value "300"/],
    [
      'an equivalent in another unit',
      'equivalents.csv',
      'kgCO2e/km',
      'lb/mile',
      /row 2, column unit, value "lb\/mile"/,
    ],
    [
      'a constant that the code needs and that is gone',
      'power-constants.csv',
      'memory_w_per_gb',
      'memory_w_per_gib',
      /no row memory_w_per_gb/,
    ],
    [
      'a GPU in milliwatts',
      'accelerators.csv',
      'gpu,700',
      'gpu,700000',
      /row 2, column tdp_w, value "700000"/,
    ],
    ['an empty alias', 'accelerators.csv', 'HBM3|H100', 'HBM3||H100', /row 2, column aliases/],
    [
      'an instance with an accelerator of no table',
      'cloud-gpu-instances.csv',
      'H100 SXM5 80GB',
      'H100 SXM5',
      /row 3, column accelerator, value "H100 SXM5"/,
    ],
    [
      'more boards than GPUs',
      'cloud-gpu-instances.csv',
      '1,0.5',
      '1,2',
      /row 2, column tdp_units, value "2"/,
    ],
    ['a row that is too short', 'pue.csv', ',secondary,', '', /row 3 has 7 cells where the header has 9/],
    ['a column that is gone', 'cpus.csv', 'tdp_w', 'tdp', /row 1 lacks the column tdp_w/],
  ])('refuses %s', (_what, file, from, to, message) => {
    const { problems } = built({ [file]: replace(from, to) })
    expect(problems.join('\n')).toMatch(message)
    for (const line of problems) expect(line).toMatch(/^[a-z-]+\.csv: /)
  })

  it('names every fault at once', () => {
    const { problems } = built({
      'pue.csv': replace('1.58', '15.8'),
      'cpus.csv': text => replace('185,24', '0,24')(replace('280,64', ',64')(text)),
    })
    expect(problems).toHaveLength(3)
  })

  it('says which file is missing', () => {
    expect(built({ 'cpus.csv': () => undefined }).problems).toEqual([
      expect.stringMatching(/^cpus\.csv: cannot be read: ENOENT/),
    ])
  })

  it('reads quotes, commas and line breaks inside cells, and lines that end in CR LF', () => {
    const facts = built({
      'pue.csv': text => text.replace('AWS global', '"AWS, ""global"""').replaceAll('\n', '\r\n'),
      'equivalents.csv': replace('desnz,', 'desnz,"two\nlines"'),
    })
    expect(rowsOf(facts, 'provider-pues.gen.ts')).toEqual(['aws|AWS, "global"|1.15|2024|secondary'])
  })
})
