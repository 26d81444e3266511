import { ACCELERATORS } from './accelerators.gen.js'
import { lazyTable, optionalNumber } from './compact-table.js'

export interface AcceleratorRow {
  readonly name: string
  /** Power of the board or module at full load: a design value, see `wattsBasis`. */
  readonly watts: number
  /** Production of one board. Absent where nobody published it. */
  readonly embodiedKilograms?: number
  readonly embodiedSource?: string
  /** What kind of figure the watts are, e.g. `vendor-tdp`. */
  readonly wattsBasis: string
  readonly source: string
  readonly aliases: readonly string[]
}

/** GPUs, TPUs and other accelerators with the watts that their makers state. */
export const acceleratorRows = lazyTable(
  ACCELERATORS,
  ([name, watts, kilograms, embodiedSource, wattsBasis, source, aliases]): AcceleratorRow => {
    const known = optionalNumber(kilograms)
    return {
      name: name!,
      watts: Number(watts),
      ...(known !== undefined && { embodiedKilograms: known, embodiedSource: embodiedSource! }),
      wattsBasis: wattsBasis!,
      source: source!,
      aliases: aliases ? aliases.split(';') : [],
    }
  },
)

/** One spelling for `NVIDIA A100-SXM4-80GB`, `nvidia a100 sxm4 80 GB` and `A100 SXM4 80GB`. */
export const normaliseAccelerator = (name: string): string =>
  name
    .replace(/\((r|tm|c)\)|[®™©]/gi, ' ')
    .toLowerCase()
    .replace(/[-_\s]+/g, ' ')
    .trim()
    .replace(/^(nvidia|amd|intel|google|amazon|apple) /, '')
    .replace(/^(tesla|geforce) /, '')
    .replace(/(\d) gb\b/g, '$1gb')

const withoutMemory = (name: string): string => name.replace(/ \d+gb\b/, '')

let byKey: Map<string, readonly AcceleratorRow[]> | undefined

const indexed = (): Map<string, readonly AcceleratorRow[]> => {
  const index = new Map<string, readonly AcceleratorRow[]>()
  const add = (key: string, row: AcceleratorRow): void => {
    const rows = index.get(key) ?? []
    if (!rows.includes(row)) index.set(key, [...rows, row])
  }
  for (const row of acceleratorRows()) {
    for (const name of [row.name, ...row.aliases]) add(normaliseAccelerator(name), row)
  }
  // A name without its memory size serves where no full name is spelt like it.
  const full = new Set(index.keys())
  for (const row of acceleratorRows()) {
    const short = withoutMemory(normaliseAccelerator(row.name))
    if (!full.has(short)) add(short, row)
  }
  return index
}

/**
 * An accelerator by its name in the table, by an alias, or by the name that a driver reports. Vendor, marks, case and
 * hyphens do not matter, and the memory size may be left out where that changes neither power nor footprint. Anything
 * else is `undefined`: `A100` may be a board of 250, 300 or 400 W. Never throws.
 *
 * @example
 * ```ts
 * findAccelerator('NVIDIA A100-SXM4-80GB')?.watts // 400
 * findAccelerator('A100') // undefined
 * ```
 */
export const findAccelerator = (name: string): AcceleratorRow | undefined => {
  byKey ??= indexed()
  const rows = byKey.get(normaliseAccelerator(name)) ?? []
  const [first] = rows
  const isOne = rows.every(
    row => row.watts === first!.watts && row.embodiedKilograms === first!.embodiedKilograms,
  )
  return isOne ? first : undefined
}

/** Boards that are sold for laptops, desktops and robots; everything else stands in data centres. */
const CLIENT =
  /^(RTX|GeForce|GTX|Quadro|TITAN|Radeon (RX|PRO|AI)|Arc|Jetson|GB10|Ryzen|M\d)\b(?!.*\bServer\b)/i

/** Whether an accelerator is made for servers only. */
export const isServerAccelerator = ({ name }: AcceleratorRow): boolean =>
  !CLIENT.test(name) || /^Radeon Pro V/.test(name)
