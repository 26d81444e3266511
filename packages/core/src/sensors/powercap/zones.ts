import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, readNumber, readText } from '../read-text.js'

/** One directory of the powercap class. */
export interface Zone {
  /** Directory name, e.g. `intel-rapl:0:1`. An address, not a meaning: what a zone is, its `name` file says. */
  readonly address: string
  readonly directory: string
  /** Content of the `name` file, e.g. `package-0` or `dram`. */
  readonly name: string
  readonly parent?: Zone
  /** Driven through memory-mapped registers, which show the package counter a second time. */
  readonly mmio: boolean
}

export interface ZoneSearch {
  readonly zones: readonly Zone[]
  /** Zones that the class lists but whose directories cannot be entered: how masked `/sys` looks in a container. */
  readonly masked: number
}

/** AMD's zones bear Intel's name too. Groups: interface suffix, numbers. */
const ADDRESS = /^intel-rapl(-[a-z]+)?((?::\d+)+)$/
const CONTROL_TYPE = /^intel-rapl(-[a-z]+)?$/

/** Zones lie side by side in the class directory and nested below their control type; a mount may show either. */
const collect = (directory: string, found: Map<string, string>): void => {
  let entries: string[]
  try {
    entries = readdirSync(directory)
  } catch {
    return
  }
  for (const entry of entries) {
    const isZone = ADDRESS.test(entry)
    if (!isZone && !CONTROL_TYPE.test(entry)) continue
    if (isZone && found.has(entry)) continue
    const path = join(directory, entry)
    if (isZone) found.set(entry, path)
    collect(path, found)
  }
}

const numbers = (address: string): number[] => address.split(':').slice(1).map(Number)

/** MSR and TPMI zones before their mmio doubles, parents before children, 2 before 10. */
const byAddress = (a: string, b: string): number => {
  const mmio = Number(a.includes('-mmio')) - Number(b.includes('-mmio'))
  if (mmio !== 0) return mmio
  const left = numbers(a)
  const right = numbers(b)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

const exists = (path: string): boolean => {
  try {
    statSync(path)
    return true
  } catch (error) {
    return errorCode(error) !== 'ENOENT'
  }
}

/** All zones of the RAPL control types, primary interfaces first. */
export const findZones = (sysfsRoot: string): ZoneSearch => {
  const found = new Map<string, string>()
  collect(join(sysfsRoot, 'class/powercap'), found)
  // A container that was given only the devices' directory has no class directory.
  if (found.size === 0) collect(join(sysfsRoot, 'devices/virtual/powercap'), found)

  const zones = new Map<string, Zone>()
  let masked = 0
  for (const address of [...found.keys()].sort(byAddress)) {
    const directory = found.get(address)!
    const name = readText(join(directory, 'name'))
    if (!name) {
      if (!exists(directory)) masked += 1
      continue
    }
    const parent = zones.get(address.slice(0, address.lastIndexOf(':')))
    zones.set(address, {
      address,
      directory,
      name,
      mmio: address.includes('-mmio'),
      ...(parent && { parent }),
    })
  }
  return { zones: [...zones.values()], masked }
}

/** Firmware writes 4095 W and the like for "no limit"; no socket or memory bank draws that. */
const UNLIMITED_WATTS = 2000

/**
 * Highest power limit of a zone, watts. Zeros (limit not supported) and placeholders for "unlimited" say nothing.
 * `enabled` is not asked: it switches the limit, not the counter.
 */
export const powerLimitWatts = ({ directory }: Zone): number | undefined => {
  let highest = 0
  let entries: string[] = []
  try {
    entries = readdirSync(directory)
  } catch {
    // Gone since the search; its energy file will say so too.
  }
  for (const entry of entries) {
    if (!/^constraint_\d+_(power_limit|max_power)_uw$/.test(entry)) continue
    const watts = (readNumber(join(directory, entry)) ?? 0) / 1e6
    if (watts < UNLIMITED_WATTS) highest = Math.max(highest, watts)
  }
  return highest > 0 ? highest : undefined
}
