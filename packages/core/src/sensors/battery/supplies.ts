import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../read-text.js'

/** What the machine runs from, as the power_supply class shows it. */
export interface Supplies {
  /** Directories of the machine's own batteries; those of mice and keyboards are not among them. */
  readonly batteries: readonly string[]
  /** Directories of mains adapters and of USB ports that can feed the machine. */
  readonly mains: readonly string[]
}

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}

export const findSupplies = (sysfsRoot: string): Supplies => {
  const folder = join(sysfsRoot, 'class/power_supply')
  const batteries: string[] = []
  const mains: string[] = []
  for (const directory of list(folder).map(name => join(folder, name))) {
    const type = readText(join(directory, 'type'))
    if (type === 'Battery') {
      if (readText(join(directory, 'scope')) !== 'Device') batteries.push(directory)
    } else if (type === 'Mains' || type?.startsWith('USB')) mains.push(directory)
  }
  return { batteries, mains }
}

/** Drivers differ in the sign of what flows out of a battery. */
const magnitude = (directory: string, file: string): number | undefined => {
  const text = readText(join(directory, file))
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Math.abs(Number(text)) : undefined
}

const MICRO_SQUARED = 1e-12

/** Power through one battery, watts, whichever way it flows; undefined where the driver does not tell. */
export const batteryWatts = (directory: string): number | undefined => {
  const microwatts = magnitude(directory, 'power_now')
  if (microwatts !== undefined) return microwatts * 1e-6
  const microamperes = magnitude(directory, 'current_now')
  const microvolts = magnitude(directory, 'voltage_now')
  return microamperes === undefined || microvolts === undefined
    ? undefined
    : microamperes * microvolts * MICRO_SQUARED
}

/** Energy left in one battery, watt-hours. Charge counts at the voltage that the battery was designed for. */
export const batteryWattHours = (directory: string): number | undefined => {
  const microwattHours = magnitude(directory, 'energy_now')
  if (microwattHours !== undefined) return microwattHours * 1e-6
  const microampereHours = magnitude(directory, 'charge_now')
  const microvolts = magnitude(directory, 'voltage_min_design') ?? magnitude(directory, 'voltage_now')
  return microampereHours === undefined || microvolts === undefined
    ? undefined
    : microampereHours * microvolts * MICRO_SQUARED
}

/**
 * Whether the machine lives from its batteries now. A second battery rests while the first is used up, which shows as
 * "Not charging" or "Unknown".
 */
export const isDischarging = ({ batteries, mains }: Supplies): boolean => {
  if (mains.some(directory => readText(join(directory, 'online')) === '1')) return false
  const states = batteries.map(directory => readText(join(directory, 'status')))
  return states.includes('Discharging') && !states.includes('Charging')
}
