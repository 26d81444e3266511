import { readdirSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readText } from '../read-text.js'

/** One chip of the hwmon class: a driver's own word for what it watches, and the files it shows. */
export interface Chip {
  /** As the driver calls it, e.g. `amdgpu`. Directories are numbered as drivers load and mean nothing. */
  readonly name: string
  /** Bus address of the device it sits on, e.g. `0000:03:00.0` or `1-0040`. */
  readonly address: string
  /** Directory of that device. */
  readonly device: string
  /** Directory of its channels. */
  readonly directory: string
  readonly files: ReadonlySet<string>
}

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const resolve = (path: string): string | undefined => {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

const isChannel = (file: string): boolean => /^(?:power|energy|curr|in)\d+_/.test(file)

const readChip = (link: string): Chip | undefined => {
  const own = resolve(link)
  const name = own && readText(join(own, 'name'))
  if (!own || !name) return undefined
  const device = resolve(join(own, 'device')) ?? own
  // Drivers of the old interface (ACPI's meter) put their files beside the directory, not into it.
  const directory = list(own).some(isChannel) ? own : device
  return { name, address: basename(device), device, directory, files: new Set(list(directory)) }
}

const numberOf = (entry: string): number => Number(/\d+$/.exec(entry)?.[0] ?? 0)

/** What older Jetson kernels show: the same monitor as an iio device, with power by rail. */
const legacyJetsonChips = (sysfsRoot: string): Chip[] => {
  const driver = join(sysfsRoot, 'bus/i2c/drivers/ina3221x')
  return list(driver).flatMap(address =>
    list(join(driver, address))
      .filter(entry => entry.startsWith('iio:device'))
      .map((entry): Chip => {
        const directory = join(driver, address, entry)
        return { name: 'ina3221x', address, device: directory, directory, files: new Set(list(directory)) }
      }),
  )
}

/** All chips, in the order in which their drivers loaded. */
export const findChips = (sysfsRoot: string): Chip[] => {
  const folder = join(sysfsRoot, 'class/hwmon')
  const chips = list(folder)
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map(entry => readChip(join(folder, entry)))
    .filter(chip => chip !== undefined)
  return [...chips, ...legacyJetsonChips(sysfsRoot)]
}
