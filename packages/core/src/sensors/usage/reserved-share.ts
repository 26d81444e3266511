import { join } from 'node:path'
import { readText } from '../read-text.js'
import type { ProbeEnvironment } from '../sensor.js'

interface CgroupMount {
  readonly version: 1 | 2
  /** Where it is mounted, and which group of the hierarchy is visible there as the root. */
  readonly mountPoint: string
  readonly root: string
}

/** Octal escapes of mountinfo, e.g. `\040` for a space. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Mounts that carry the `cpu` controller. A hybrid system mounts version 2 without controllers, which is harmless. */
const cpuMounts = (procRoot: string): CgroupMount[] => {
  const mounts: CgroupMount[] = []
  for (const line of (readText(join(procRoot, 'self/mountinfo')) ?? '').split('\n')) {
    const [fields, tail] = line.split(' - ')
    const [, , , root, mountPoint] = fields?.split(' ') ?? []
    const [type, , superOptions] = tail?.split(' ') ?? []
    if (root === undefined || mountPoint === undefined) continue
    const place = { mountPoint: unescapeOctal(mountPoint), root: unescapeOctal(root) }
    if (type === 'cgroup2') mounts.push({ version: 2, ...place })
    else if (type === 'cgroup' && superOptions?.split(',').includes('cpu'))
      mounts.push({ version: 1, ...place })
  }
  return mounts
}

/** Path of our group in the hierarchy of `mount`, seen from the mount point. */
const ownGroup = (procRoot: string, mount: CgroupMount): string | undefined => {
  for (const line of (readText(join(procRoot, 'self/cgroup')) ?? '').split('\n')) {
    const [, controllers, ...path] = line.split(':')
    const isOurs = mount.version === 2 ? controllers === '' : controllers?.split(',').includes('cpu')
    if (!isOurs) continue
    const group = path.join(':')
    // A container that shares the host's namespace shows the host's path, which the mount does not have.
    if (mount.root === '/') return group
    return group.startsWith(mount.root) ? group.slice(mount.root.length) : ''
  }
  return undefined
}

const ratio = (quota: string | undefined, period: string | undefined): number | undefined => {
  const value = Number(quota) / Number(period)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

/** Cores that one group may use: `max 100000` and `-1` mean no limit. */
const quotaCores = (directory: string, version: 1 | 2): number | undefined => {
  if (version === 2) {
    const [quota, period] = readText(join(directory, 'cpu.max'))?.split(' ') ?? []
    return ratio(quota, period)
  }
  return ratio(readText(join(directory, 'cpu.cfs_quota_us')), readText(join(directory, 'cpu.cfs_period_us')))
}

/** A group's limit binds all groups below it. */
const strictestQuota = (procRoot: string): number | undefined => {
  let strictest: number | undefined
  for (const mount of cpuMounts(procRoot)) {
    const group = ownGroup(procRoot, mount)
    if (group === undefined) continue
    const steps = group.split('/').filter(step => step !== '' && step !== '..')
    for (let depth = steps.length; depth >= 0; depth--) {
      const cores = quotaCores(join(mount.mountPoint, ...steps.slice(0, depth)), mount.version)
      if (cores !== undefined) strictest = Math.min(strictest ?? cores, cores)
    }
  }
  return strictest
}

/** Length of a list like `0-3,8,10-11`. */
const countOfList = (list: string): number =>
  list
    .split(',')
    .map(range => range.split('-').map(Number))
    .reduce((count, [from, to]) => count + (to ?? from!) - from! + 1, 0)

/** The kernel's own answer to cpusets of both versions and to `taskset`. */
const allowedThreads = (procRoot: string): number | undefined => {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readText(join(procRoot, 'self/status')) ?? '')?.[1]
  return list === undefined ? undefined : countOfList(list)
}

/**
 * Share of the machine that a cgroup's quota or a set of processors reserves for this process, 0 to 1; undefined when
 * it may use all of it.
 */
export const reservedShare = ({ procRoot, platform, machine }: ProbeEnvironment): number | undefined => {
  if (platform !== 'linux') return undefined
  const limits = [strictestQuota(procRoot), allowedThreads(procRoot)].filter(
    (limit): limit is number => limit !== undefined && limit > 0,
  )
  const share = Math.min(...limits, machine.threads) / machine.threads
  return share < 1 ? share : undefined
}
