import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InPlaceFile, padded } from './in-place-file.js'
import type { RaplCounter } from './rapl-counter.js'
import type { ZoneFault, ZoneOptions } from './zone-options.js'

/** One zone as it lies on disk. */
export interface TreeZone {
  readonly key: string
  readonly options: ZoneOptions
  readonly counter: RaplCounter
  address: string
  /** Absent while the zone is removed or its file broken. */
  energy?: InPlaceFile
  present: boolean
}

const CLASS = 'class/powercap'
const DEVICES = 'devices/virtual/powercap'

const controlType = (address: string): string => address.slice(0, address.indexOf(':'))

/** The powercap part of `/sys`: zones nested below their control type, and symbolic links to all of them in the class. */
export class PowercapTree {
  readonly #root: string

  constructor(sysfsRoot: string) {
    this.#root = sysfsRoot
    mkdirSync(join(sysfsRoot, CLASS), { recursive: true })
    mkdirSync(join(sysfsRoot, DEVICES), { recursive: true })
  }

  /** `intel-rapl:0:1` lies in `intel-rapl/intel-rapl:0/intel-rapl:0:1`. */
  #relative(address: string): string {
    const parts = address.split(':')
    const steps = parts.slice(1).map((_, index) => parts.slice(0, index + 2).join(':'))
    return join(DEVICES, controlType(address), ...steps)
  }

  directory(zone: TreeZone): string {
    return join(this.#root, this.#relative(zone.address))
  }

  #energyPath(zone: TreeZone): string {
    return join(this.directory(zone), 'energy_uj')
  }

  #energyText(zone: TreeZone, now: bigint): string {
    const width = String(zone.counter.rangeMicrojoules).length
    return `${padded(zone.counter.microjoules(now), width)}\n`
  }

  add(zone: TreeZone, now: bigint): void {
    const directory = this.directory(zone)
    mkdirSync(directory, { recursive: true })
    const { name, enabled = true, limitsWatts = [], range = true } = zone.options
    writeFileSync(join(directory, 'name'), `${name}\n`)
    writeFileSync(join(directory, 'enabled'), enabled ? '1\n' : '0\n')
    if (range) writeFileSync(join(directory, 'max_energy_range_uj'), `${zone.counter.rangeMicrojoules}\n`)
    limitsWatts.forEach((watts, index) => {
      const microwatts = `${Math.round(watts * 1e6)}\n`
      writeFileSync(join(directory, `constraint_${index}_name`), index === 0 ? 'long_term\n' : 'short_term\n')
      writeFileSync(join(directory, `constraint_${index}_power_limit_uw`), microwatts)
      writeFileSync(join(directory, `constraint_${index}_max_power_uw`), index === 0 ? microwatts : '0\n')
    })
    const link = join(this.#root, CLASS, zone.address)
    symlinkSync(join('../..', this.#relative(zone.address)), link)
    zone.present = true
    this.repair(zone, now)
  }

  remove(zone: TreeZone): void {
    zone.energy?.remove()
    delete zone.energy
    rmSync(this.directory(zone), { recursive: true, force: true })
    rmSync(join(this.#root, CLASS, zone.address), { force: true })
    zone.present = false
  }

  write(zone: TreeZone, now: bigint): void {
    zone.energy?.write(this.#energyText(zone, now))
  }

  break(zone: TreeZone, fault: ZoneFault): void {
    const path = this.#energyPath(zone)
    zone.energy?.remove()
    delete zone.energy
    rmSync(path, { force: true, recursive: true })
    if (fault === 'empty') writeFileSync(path, '')
    if (fault === 'garbage') writeFileSync(path, '<unknown>\n')
    // Nothing is mapped at address 0, so a read there fails with EIO: a real error without a real fault.
    if (fault === 'io-error') symlinkSync('/proc/self/mem', path)
    if (fault === 'locked') {
      writeFileSync(path, '0\n')
      chmodSync(path, 0)
    }
  }

  repair(zone: TreeZone, now: bigint): void {
    if (zone.energy) return
    rmSync(this.#energyPath(zone), { force: true })
    zone.energy = new InPlaceFile(this.#energyPath(zone), this.#energyText(zone, now))
  }

  /** The links of the class stay, what they point to is gone: how container runtimes hide the counters. */
  mask(): void {
    renameSync(join(this.#root, DEVICES), join(this.#root, 'masked'))
    mkdirSync(join(this.#root, DEVICES))
  }

  /** A mount of the devices alone, without the class. */
  removeClass(): void {
    rmSync(join(this.#root, CLASS), { recursive: true })
  }
}
