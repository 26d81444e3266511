import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { InPlaceFile, padded } from './in-place-file.js'
import { PowerHistory } from './power-history.js'

/** A device of `/sys` outside powercap: a chip of hwmon, a battery, the GPU that a chip sits on. */
export interface SysfsDeviceOptions {
  /** Below `/sys/devices`, e.g. `pci0000:00/0000:03:00.0/hwmon/hwmon0`. */
  readonly path: string
  /** Class that links to it under its last name, e.g. `hwmon`. */
  readonly class?: string
  /** Files by path from the device's directory (`../../vendor` is a file of what it sits on). */
  readonly files?: Readonly<Record<string, string>>
  /** Files that show cumulative energy in microjoules, and the power that feeds them, watts. */
  readonly energy?: Readonly<Record<string, number>>
  /** Files that show power in microwatts, and that power, watts. */
  readonly power?: Readonly<Record<string, number>>
  /** Symbolic link `device` in its directory: what the chip sits on. */
  readonly deviceLink?: string
}

const WIDTH = 16
const FEMTOJOULES_PER_MICROJOULE = 10n ** 9n

interface LiveFile {
  readonly file: InPlaceFile
  readonly history: PowerHistory
  readonly shows: 'energy' | 'power'
  watts: number
}

/** See {@link SysfsDeviceOptions}. Made by `SyntheticMachine.addDevice`. */
export class SysfsDevice {
  readonly directory: string
  readonly #link: string | undefined
  readonly #live = new Map<string, LiveFile>()
  #now: bigint

  constructor(sysfsRoot: string, options: SysfsDeviceOptions, now: bigint) {
    this.#now = now
    this.directory = join(sysfsRoot, 'devices', options.path)
    mkdirSync(this.directory, { recursive: true })
    for (const [path, text] of Object.entries(options.files ?? {})) this.write(path, text)
    if (options.deviceLink) symlinkSync(options.deviceLink, join(this.directory, 'device'))
    for (const shows of ['energy', 'power'] as const) {
      for (const [path, watts] of Object.entries(options[shows] ?? {})) {
        const at = join(this.directory, path)
        mkdirSync(dirname(at), { recursive: true })
        const history = new PowerHistory(0)
        history.set(now, watts)
        this.#live.set(path, { file: new InPlaceFile(at, padded(0, WIDTH)), history, shows, watts })
      }
    }
    if (options.class) {
      const folder = join(sysfsRoot, 'class', options.class)
      mkdirSync(folder, { recursive: true })
      this.#link = join(folder, basename(options.path))
      symlinkSync(relative(folder, this.directory), this.#link)
    }
    this.advance(now)
  }

  /** Puts a text into a file, as a whole: for everything that is not a channel. */
  write(path: string, text: string): void {
    const at = join(this.directory, path)
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, `${text}\n`)
  }

  /** Power behind a channel from now on, watts. */
  setPower(path: string, watts: number): void {
    const live = this.#live.get(path)
    if (!live) throw new RangeError(`No channel ${path}; there are: ${[...this.#live.keys()].join(', ')}.`)
    live.watts = watts
    live.history.set(this.#now, watts)
    this.advance(this.#now)
  }

  /** Brings the channels up to date. */
  advance(now: bigint): void {
    this.#now = now
    for (const { file, history, shows, watts } of this.#live.values()) {
      const value =
        shows === 'power'
          ? BigInt(Math.round(watts * 1e6))
          : history.femtojoules(now) / FEMTOJOULES_PER_MICROJOULE
      file.write(padded(value, WIDTH))
    }
  }

  /** The driver is unloaded: files and class entry are gone, open files read empty. */
  remove(): void {
    for (const { file } of this.#live.values()) file.remove()
    this.#live.clear()
    if (this.#link) rmSync(this.#link, { force: true })
    rmSync(this.directory, { recursive: true, force: true })
  }

  close(): void {
    for (const { file } of this.#live.values()) file.close()
    this.#live.clear()
  }
}
