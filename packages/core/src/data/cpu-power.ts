import { lazyTable, optionalNumber } from './compact-table.js'
import { type CpuIdentity, serverArchitectures } from './cpu-architecture.js'
import { CPU_ARCHITECTURES } from './cpu-architectures.gen.js'
import { normaliseCpuModel } from './cpu-model-name.js'
import { CPUS } from './cpus.gen.js'

export interface CpuPower {
  /** The name in the table, which need not be written like the one that was looked up. */
  readonly model: string
  /** Thermal design power of one package: a design value, not a measurement. Intel: base power; AMD: default TDP. */
  readonly tdpWatts: number
  readonly cores?: number
  readonly source: string
}

const SOURCES: Readonly<Record<string, string>> = {
  a: 'AMD product list',
  c: 'CodeCarbon CPU list',
  e: 'estimate, the maker publishes no figure',
  i: 'Intel ARK',
  v: 'vendor specification, not checked again',
}

let nameBefore = ''

/** Undoes front coding: a digit in base 36 says how many leading characters are those of the line before. */
const decodeName = (coded: string): string => {
  nameBefore = nameBefore.slice(0, Number.parseInt(coded[0]!, 36)) + coded.slice(1)
  return nameBefore
}

/** Every CPU of the table, in the order of names. */
export const listedCpus = lazyTable(CPUS, ([coded, tdp, cores, source]): CpuPower => {
  const known = optionalNumber(cores)
  return {
    model: decodeName(coded!),
    tdpWatts: Number(tdp),
    ...(known !== undefined && { cores: known }),
    source: SOURCES[source!]!,
  }
})

/**
 * Thermal design power of a CPU by the name that Linux (`model name`), Windows or systeminformation gives it.
 *
 * Marks, clock rates, core counts and the like are ignored; the model itself must match to the letter, so that an
 * unlisted CPU is `undefined` rather than its neighbour. Never throws.
 *
 * @example
 * ```ts
 * findCpuPower('AMD Ryzen 7 5800X 8-Core Processor')?.tdpWatts // 105
 * findCpuPower('AMD EPYC') // undefined: a hypervisor hides the model; see findThreadPower
 * ```
 */
export const findCpuPower = (modelName: string): CpuPower | undefined => {
  const name = normaliseCpuModel(modelName)
  const lastWord = name.slice(name.lastIndexOf(' ') + 1)
  if (lastWord === '') return undefined
  // The last word is the model: it spares the other three thousand names their normalising.
  const found = listedCpus().filter(
    ({ model }) => model.toLowerCase().includes(lastWord) && normaliseCpuModel(model) === name,
  )
  // One spelling for CPUs of different power: no answer is better than a wrong one.
  if (found.some(({ tdpWatts }) => tdpWatts !== found[0]!.tdpWatts)) return undefined
  return found.find(({ cores }) => cores !== undefined) ?? found[0]
}

export interface ThreadPower {
  readonly architecture: string
  /** Watts per hardware thread (vCPU) of an idle server, at the wall: memory, fans and power supply are in it. */
  readonly minWattsPerThread: number
  /** The same at full load. */
  readonly maxWattsPerThread: number
  /** How many measured systems the figures stand on; absent where they are a stand-in or a default. */
  readonly systems?: number
  readonly source: string
}

interface ArchitectureRow extends Omit<ThreadPower, 'source'> {
  readonly provider: string
  readonly method: string
}

const architectureRows = lazyTable(
  CPU_ARCHITECTURES,
  ([provider, architecture, min, max, count, method]): ArchitectureRow => {
    const systems = optionalNumber(count)
    return {
      provider: provider!,
      architecture: architecture!,
      minWattsPerThread: Number(min),
      maxWattsPerThread: Number(max),
      ...(systems !== undefined && { systems }),
      method: method!,
    }
  },
)

const sourceOf = (method: string, systems: number): string => {
  if (method === 'recomputed-median')
    return `median of ${systems} SPECpower_ssj2008 results to 2026-03 (spec.org), by way of ccf-coefficients`
  if (method === 'ccf-published-mean')
    return 'Cloud Carbon Footprint, EPYC 2nd Gen as a stand-in: never measured'
  return 'Cloud Carbon Footprint default for an unknown architecture'
}

/**
 * Watts per hardware thread of the server microarchitecture behind a CPU, for guests whose model name says nothing
 * (`Intel(R) Xeon(R) CPU @ 2.20GHz`, `AMD EPYC`). Client CPUs are `undefined`: the figures are those of servers.
 * Never throws.
 *
 * @param cpu What `/proc/cpuinfo` says: vendor, family, model, stepping, name.
 * @param provider Cloud provider where it is known, e.g. `aws`: it tells Graviton from other Arm servers.
 *
 * @example
 * ```ts
 * findThreadPower({ vendor: 'AuthenticAMD', cpuFamily: 25, cpuModelNumber: 17 })?.architecture // 'EPYC 4th Gen'
 * ```
 */
export const findThreadPower = (cpu: CpuIdentity, provider?: string): ThreadPower | undefined =>
  architecturePower(serverArchitectures(cpu, provider))

/**
 * The same by names of architectures as the table has them: of several that a machine may have, from the least to the
 * most. Undefined for none, and where one of them was not measured.
 */
export const architecturePower = (names: readonly string[]): ThreadPower | undefined => {
  const rows = names.flatMap(name => architectureRows().filter(({ architecture }) => architecture === name))
  const first = rows[0]
  if (!first || rows.length < names.length) return undefined
  const systems = rows.reduce((sum, row) => sum + (row.systems ?? 0), 0)
  return {
    architecture: names.join(' or '),
    minWattsPerThread: Math.min(...rows.map(row => row.minWattsPerThread)),
    maxWattsPerThread: Math.max(...rows.map(row => row.maxWattsPerThread)),
    ...(systems > 0 && { systems }),
    source: sourceOf(first.method, systems),
  }
}

/** What to assume per thread where not even the architecture is known; by provider where there is a figure for it. */
export const unknownThreadPower = (provider?: string): ThreadPower => {
  const defaults = architectureRows().filter(({ architecture }) => architecture === '(unknown)')
  const row = defaults.find(candidate => candidate.provider === provider) ?? defaults[0]!
  return {
    architecture: 'unknown',
    minWattsPerThread: row.minWattsPerThread,
    maxWattsPerThread: row.maxWattsPerThread,
    source: sourceOf(row.method, 0),
  }
}
