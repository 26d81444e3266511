import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './read-text.js'
import type { DeviceUse } from './sensor.js'
import { descendantsByChildrenFiles, KeptChildren } from './usage/find-descendants.js'
import { ownPid } from './usage/own-pid.js'

/** Looking through the open files of a process tree costs a fraction of a millisecond. */
const LOOK_INTERVAL_MS = 2000

/** What our processes do on one board. */
interface OurUse {
  processes: number
  nanoseconds: number
}

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

/** One client of a driver, as its file in fdinfo tells (drm-usage-stats of the kernel's documentation). */
const readClient = (text: string) => ({
  pciAddress: /^drm-pdev:\s*(\S+)/m.exec(text)?.[1],
  id: /^drm-client-id:\s*(\S+)/m.exec(text)?.[1] ?? '',
  nanoseconds: [...text.matchAll(/^drm-engine-[^:]+:\s*(\d+) ns/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  ),
})

/** Boards that one process has open, and its time on their engines. */
const useOf = (process: string): Map<string, number> => {
  const boards = new Map<string, number>()
  const seen = new Set<string>()
  const descriptors = join(process, 'fd')
  for (const descriptor of list(descriptors)) {
    if (!isDrm(descriptors, descriptor)) continue
    const client = readClient(readText(join(process, 'fdinfo', descriptor)) ?? '')
    if (client.pciAddress === undefined) continue
    // A descriptor may be a copy of another.
    const key = `${client.pciAddress} ${client.id}`
    const time = seen.has(key) ? 0 : client.nanoseconds
    seen.add(key)
    boards.set(client.pciAddress, (boards.get(client.pciAddress) ?? 0) + time)
  }
  return boards
}

/** Who of our process tree has which GPU open. */
export class DrmClients {
  readonly #procRoot: string
  readonly #pid: number
  readonly #children: KeptChildren
  readonly #now: () => number
  #due = Number.NEGATIVE_INFINITY
  #boards = new Map<string, OurUse>()

  /** @param now Milliseconds of a monotonic clock. */
  constructor(procRoot: string, now: () => number) {
    this.#procRoot = procRoot
    this.#now = now
    this.#pid = ownPid(procRoot)
    this.#children = new KeptChildren(procRoot, this.#pid)
  }

  #look(): void {
    const now = this.#now()
    if (now < this.#due) return
    this.#due = now + LOOK_INTERVAL_MS
    const boards = new Map<string, OurUse>()
    const below = descendantsByChildrenFiles(this.#procRoot, [this.#pid], () => this.#children.read())
    for (const pid of [this.#pid, ...below]) {
      for (const [board, nanoseconds] of useOf(join(this.#procRoot, String(pid)))) {
        const use = boards.get(board) ?? { processes: 0, nanoseconds: 0 }
        boards.set(board, { processes: use.processes + 1, nanoseconds: use.nanoseconds + nanoseconds })
      }
    }
    this.#boards = boards
  }

  /**
   * Use of one board. Processes of others cannot be looked into: while ours have it open, somebody else may have as well;
   * while they have not, none of it is ours.
   */
  useOf(pciAddress: string): DeviceUse {
    this.#look()
    const { processes, nanoseconds } = this.#boards.get(pciAddress) ?? { processes: 0, nanoseconds: 0 }
    return {
      ours: processes,
      others: 0,
      unknown: processes > 0 ? 1 : 0,
      busy: undefined,
      ourWork: nanoseconds / 1e9,
      allWork: nanoseconds / 1e9,
    }
  }
}

const shared = new Map<string, DrmClients>()

/** One look for all boards of a thread. */
export const drmClients = (procRoot: string): DrmClients => {
  const known = shared.get(procRoot)
  if (known) return known
  const clients = new DrmClients(procRoot, () => performance.now())
  shared.set(procRoot, clients)
  return clients
}
