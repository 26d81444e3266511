import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { kfdGpus, kfdProcesses } from './kfd-processes.js'
import { type ProcessOwners, processOwners } from './process-owners.js'
import { readText } from './read-text.js'
import type { DeviceUse, ProbeEnvironment } from './sensor.js'
import { descendantsByChildrenFiles, KeptChildren } from './usage/find-descendants.js'
import { ownPid } from './usage/own-pid.js'

/** Looking through the open files of a process tree costs a fraction of a millisecond. */
const LOOK_INTERVAL_MS = 2000

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const isDrm = (directory: string, descriptor: string): boolean => {
  try {
    return readlinkSync(join(directory, descriptor)).startsWith('/dev/dri/')
  } catch {
    return false
  }
}

/** Board of one client of a driver, as its file in fdinfo tells (drm-usage-stats of the kernel's documentation). */
const boardOf = (text: string): string | undefined => /^drm-pdev:\s*(\S+)/m.exec(text)?.[1]

/** Boards that one process has open. */
const boardsOf = (process: string): Set<string> => {
  const boards = new Set<string>()
  const descriptors = join(process, 'fd')
  for (const descriptor of list(descriptors)) {
    if (!isDrm(descriptors, descriptor)) continue
    const board = boardOf(readText(join(process, 'fdinfo', descriptor)) ?? '')
    if (board !== undefined) boards.add(board)
  }
  return boards
}

/** Who of our process tree has which GPU open. */
export class DrmClients {
  readonly #procRoot: string
  readonly #sysfsRoot: string
  readonly #owners: ProcessOwners
  readonly #pid: number
  readonly #children: KeptChildren
  readonly #now: () => number
  #due = Number.NEGATIVE_INFINITY
  /** Our processes that have a board open, by its PCI address. */
  #boards = new Map<string, number>()
  /** What came out of the last look, by board: several sensors of one ask. */
  readonly #uses = new Map<string, DeviceUse>()
  #kfdGpus: ReadonlyMap<string, number> | undefined

  /** @param now Milliseconds of a monotonic clock. */
  constructor({ procRoot, sysfsRoot, platform }: ProbeEnvironment, now: () => number) {
    this.#procRoot = procRoot
    this.#sysfsRoot = sysfsRoot
    this.#owners = processOwners(procRoot, platform)
    this.#now = now
    this.#pid = ownPid(procRoot)
    this.#children = new KeptChildren(procRoot, this.#pid)
  }

  #look(): void {
    const now = this.#now()
    if (now < this.#due) return
    this.#due = now + LOOK_INTERVAL_MS
    const boards = new Map<string, number>()
    const below = descendantsByChildrenFiles(this.#procRoot, [this.#pid], () => this.#children.read())
    for (const pid of [this.#pid, ...below]) {
      for (const board of boardsOf(join(this.#procRoot, String(pid))))
        boards.set(board, (boards.get(board) ?? 0) + 1)
    }
    this.#boards = boards
    this.#uses.clear()
  }

  /** Who computes on a board as AMD's compute driver tells it; undefined where it does not, or not of us. */
  #computing(pciAddress: string): { readonly ours: number; readonly others: number } | undefined {
    this.#kfdGpus ??= kfdGpus(this.#sysfsRoot)
    const gpu = this.#kfdGpus.get(pciAddress)
    if (gpu === undefined || !this.#owners.reliable) return undefined
    const pids = kfdProcesses(this.#sysfsRoot, gpu)
    this.#owners.keepOnly(pids)
    const ours = pids.filter(pid => this.#owners.ownerOf(pid) === 'ours').length
    return ours > 0 ? { ours, others: pids.length - ours } : undefined
  }

  /**
   * Use of one board. Processes of others cannot be looked into: while ours have it open, somebody else may have as well,
   * unless the driver tells who computes; while they have not, none of it is ours.
   */
  useOf(pciAddress: string): DeviceUse {
    this.#look()
    const known = this.#uses.get(pciAddress) ?? this.#judge(pciAddress)
    this.#uses.set(pciAddress, known)
    return known
  }

  #judge(pciAddress: string): DeviceUse {
    const ours = this.#boards.get(pciAddress) ?? 0
    const computing = ours > 0 ? this.#computing(pciAddress) : undefined
    // Engine times of others cannot be seen, so nobody's are given: several are then told apart by heads.
    const unseen = { busy: undefined, ourWork: 0, allWork: 0 }
    return computing
      ? { ...computing, unknown: 0, ...unseen }
      : { ours, others: 0, unknown: ours > 0 ? 1 : 0, ...unseen }
  }
}

const shared = new Map<string, DrmClients>()

/** One look for all boards of a thread. */
export const drmClients = (environment: ProbeEnvironment): DrmClients => {
  const known = shared.get(environment.procRoot)
  if (known) return known
  const clients = new DrmClients(environment, () => performance.now())
  shared.set(environment.procRoot, clients)
  return clients
}
