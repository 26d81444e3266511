import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CgroupOptions, CgroupTree } from './cgroup-tree.js'
import { type CpuOptions, DEFAULT_CPU, writeMachineFiles } from './machine-files.js'
import { toNanoseconds } from './power-history.js'
import { PowercapTree, type TreeZone } from './powercap-tree.js'
import { ProcTree, type SpawnOptions } from './proc-tree.js'
import { seededRandom } from './random.js'
import { RaplCounter } from './rapl-counter.js'
import { SysfsDevice, type SysfsDeviceOptions } from './sysfs-device.js'
import { type ZoneFault, type ZoneOptions, zoneKey } from './zone-options.js'

export interface SyntheticMachineOptions {
  readonly zones?: readonly ZoneOptions[]
  readonly cpu?: CpuOptions
  /** Draws the registers' first values; the same seed gives the same machine. */
  readonly seed?: number
  /** Where the files go; by default a new directory in memory. */
  readonly dir?: string
  /** Whether the kernel has `/proc/<pid>/task/<tid>/children`. */
  readonly childrenFiles?: boolean
  /** A hierarchy of control groups with the reader in one of them; by default there is none. */
  readonly cgroup?: CgroupOptions
}

/** Process id of the reader itself, the target of `/proc/self`. */
export const SELF_PID = 4242

/**
 * A Linux machine on disk whose true energy and CPU time are known exactly. Time is virtual: nothing moves but by
 * `advance`, and every file then says what hardware and kernel would say at that instant, rounding and wraps included.
 *
 * Times are seconds of the virtual clock, which begins at 0 and counts whole nanoseconds.
 *
 * @example
 * const machine = createSyntheticMachine({ zones: intelServerZones(2) })
 * const environment = probeEnvironment(machine.env)
 * const [sensor] = openSensors(discoverSensors(environment).sensors, environment)
 * const before = sensor.read()
 * machine.setPower('package-0', 150)
 * machine.advance(10)
 * sensor.read() - before                            // ~1.5e9 µJ, unless the counter wrapped
 * machine.truthJoules('package-0', 0, 10)           // 1500
 * machine.dispose()
 */
export class SyntheticMachine {
  readonly sysfsRoot: string
  readonly procRoot: string
  readonly #dir: string
  readonly #zones = new Map<string, TreeZone>()
  readonly #powercap: PowercapTree
  readonly #proc: ProcTree
  readonly #devices: SysfsDevice[] = []
  #now = 0n

  constructor({ zones = [], cpu, seed = 1, dir, childrenFiles = true, cgroup }: SyntheticMachineOptions) {
    this.#dir = mkdtempSync(
      join(dir ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir()), 'synthetic-machine-'),
    )
    this.sysfsRoot = join(this.#dir, 'sys')
    this.procRoot = join(this.#dir, 'proc')
    mkdirSync(this.procRoot)
    // mkdtemp makes it private, but tests also look at it as another user.
    chmodSync(this.#dir, 0o755)
    const facts = { ...DEFAULT_CPU, ...cpu }
    writeMachineFiles(this.procRoot, facts)
    this.#powercap = new PowercapTree(this.sysfsRoot)
    this.#proc = new ProcTree(this.procRoot, facts.threads, childrenFiles)
    this.#proc.spawn({ pid: 1, parent: 0, command: 'init' })
    this.#proc.spawn({ pid: SELF_PID, parent: 1, command: 'node' })
    this.#proc.setSelf(SELF_PID)
    if (cgroup) {
      const reader = join(this.procRoot, String(SELF_PID))
      this.#proc.setCgroups(new CgroupTree(join(this.#dir, 'cgroup'), reader, cgroup))
      this.#proc.move(SELF_PID, cgroup.group)
    }
    const random = seededRandom(seed)
    for (const zone of zones) this.#addZone(zone, BigInt(Math.floor(random() * 2 ** 32)))
  }

  #addZone(options: ZoneOptions, drawnTicks: bigint): void {
    const key = zoneKey(options)
    if (this.#zones.has(key)) throw new RangeError(`Zone "${key}" exists; give one of them another key.`)
    const { watts = 0, unitExponent = 14, startTicks, mirrorOf } = options
    const counter = mirrorOf
      ? this.#zone(mirrorOf).counter
      : new RaplCounter(watts, unitExponent, startTicks === undefined ? drawnTicks : BigInt(startTicks))
    const zone: TreeZone = {
      key,
      options,
      counter,
      address: options.address ?? this.#nextAddress(options),
      present: false,
    }
    this.#zones.set(key, zone)
    this.#powercap.add(zone, this.#now)
  }

  #nextAddress({ parent, mmio }: ZoneOptions): string {
    const prefix = parent ? this.#zone(parent).address : mmio ? 'intel-rapl-mmio' : 'intel-rapl'
    const depth = prefix.split(':').length + 1
    const siblings = [...this.#zones.values()].filter(
      ({ address }) => address.startsWith(`${prefix}:`) && address.split(':').length === depth,
    )
    return `${prefix}:${siblings.length}`
  }

  #zone(key: string): TreeZone {
    const zone = this.#zones.get(key)
    if (!zone)
      throw new RangeError(`There is no zone "${key}"; there are: ${[...this.#zones.keys()].join(', ')}.`)
    return zone
  }

  /** Keys of all zones, removed ones included. The sensor of zone `x` has the id `powercap/x`. */
  get zones(): readonly string[] {
    return [...this.#zones.keys()]
  }

  /** The environment variables that make epochwatt look at this machine. */
  get env(): { readonly EPOCHWATT_SYSFS_ROOT: string; readonly EPOCHWATT_PROC_ROOT: string } {
    return { EPOCHWATT_SYSFS_ROOT: this.sysfsRoot, EPOCHWATT_PROC_ROOT: this.procRoot }
  }

  /** Virtual time, nanoseconds. */
  get nowNs(): bigint {
    return this.#now
  }

  /** Virtual time, seconds. */
  get now(): number {
    return Number(this.#now) / 1e9
  }

  /** Power from now on, watts. Mirrors follow the zone whose register they show; nothing else is linked. */
  setPower(key: string, watts: number): void {
    this.#zone(key).counter.history.set(this.#now, watts)
  }

  /** Lets time pass and brings every file up to date. Costs some tens of microseconds. */
  advance(seconds: number): void {
    this.#now += toNanoseconds(seconds)
    for (const zone of this.#zones.values()) this.#powercap.write(zone, this.#now)
    for (const device of this.#devices) device.advance(this.#now)
    this.#proc.advance(this.#now)
  }

  /** Adds a chip, a battery or another device of `/sys`; its channels follow the clock. */
  addDevice(options: SysfsDeviceOptions): SysfsDevice {
    const device = new SysfsDevice(this.sysfsRoot, options, this.#now)
    this.#devices.push(device)
    return device
  }

  /** What really flowed, joules: the integral of power, exact but for the last bit of the returned double. */
  truthJoules(key: string, from: number, to: number): number {
    const { history } = this.#zone(key).counter
    const femtojoules = history.femtojoules(toNanoseconds(to)) - history.femtojoules(toNanoseconds(from))
    return Number(femtojoules) / 1e15
  }

  /**
   * What a perfect reader of `energy_uj` gets, microjoules: the truth as the register's steps and the kernel's
   * rounding show it, with every wrap put back. An engine must meet it exactly. Undefined when the register was reset
   * after `from`.
   */
  visibleMicrojoules(key: string, from: number, to: number): number | undefined {
    const visible = this.#zone(key).counter.visibleMicrojoules(toNanoseconds(from), toNanoseconds(to))
    return visible === undefined ? undefined : Number(visible)
  }

  /** The register starts again from 0, as after suspend or when a driver is loaded anew. */
  resetCounter(key: string): void {
    const zone = this.#zone(key)
    zone.counter.reset(this.#now)
    for (const other of this.#zones.values()) {
      if (other.counter === zone.counter) this.#powercap.write(other, this.#now)
    }
  }

  /** Makes the counter's file unreadable in the way given, for descriptors that are open too. */
  breakFile(key: string, fault: ZoneFault): void {
    this.#powercap.break(this.#zone(key), fault)
  }

  repairFile(key: string): void {
    this.#powercap.repair(this.#zone(key), this.#now)
  }

  /** The zone disappears with its children, as when the last CPU of a package goes offline. */
  removeZone(key: string): void {
    const zone = this.#zone(key)
    for (const child of this.#zones.values()) {
      if (child.options.parent === key && child.present) this.removeZone(child.key)
    }
    this.#powercap.remove(zone)
  }

  /** The zone comes back, without its children; its register went on meanwhile. */
  restoreZone(key: string, { address }: { readonly address?: string } = {}): void {
    const zone = this.#zone(key)
    if (address) zone.address = address
    this.#powercap.add(zone, this.#now)
  }

  /** Hides the zones as container runtimes do: the class's links dangle. For good. */
  maskZones(): void {
    this.#powercap.mask()
  }

  /** Leaves only `devices/virtual/powercap`, as a container that was given that directory sees it. For good. */
  removePowercapClass(): void {
    this.#powercap.removeClass()
  }

  /** Starts a process, by default a child of the reader. Returns its id. */
  spawnProcess(options: SpawnOptions = {}): number {
    return this.#proc.spawn({ parent: SELF_PID, ...options })
  }

  /** Cores that a process keeps busy from now on; by default the reader's. */
  setCores(cores: number, pid: number = SELF_PID): void {
    this.#proc.setCores(pid, cores)
  }

  /** Cores kept busy by everything that has no process here, and cores that other guests take away. */
  setBackground(cores: number, stolenCores = 0): void {
    this.#proc.setBackground(cores, stolenCores)
  }

  /**
   * Ends a process; its children go to process 1. With `reaped: false` its parent ignores SIGCHLD, and the kernel
   * then credits the CPU time to nobody.
   */
  exitProcess(pid: number, { reaped = true }: { readonly reaped?: boolean } = {}): void {
    this.#proc.exit(pid, reaped)
  }

  /** Puts a process into a control group, which is made if it is not there; its later children are born in it. */
  moveToCgroup(pid: number, group: string): void {
    this.#proc.move(pid, group)
  }

  /** The reader becomes the parent of a process that another started, as process 1 of a container does of orphans. */
  adoptProcess(pid: number): void {
    this.#proc.adopt(pid, SELF_PID)
  }

  /** True CPU time of a living process, seconds, without children. */
  truthOwnSeconds(pid: number = SELF_PID): number {
    return this.#proc.ownSeconds(pid)
  }

  /** Deletes all files. */
  dispose(): void {
    for (const { energy } of this.#zones.values()) energy?.close()
    for (const device of this.#devices) device.close()
    this.#proc.close()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** See {@link SyntheticMachine}. */
export const createSyntheticMachine = (options: SyntheticMachineOptions = {}): SyntheticMachine =>
  new SyntheticMachine(options)
