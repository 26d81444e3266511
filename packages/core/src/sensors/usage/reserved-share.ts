import { join } from 'node:path'
import { readText } from '../read-text.js'
import type { ProbeEnvironment } from '../sensor.js'
import { cgroupPlaces } from './cgroup-place.js'

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
  for (const { version, mountPoint, steps } of cgroupPlaces(procRoot, 'cpu')) {
    for (let depth = steps.length; depth >= 0; depth--) {
      const cores = quotaCores(join(mountPoint, ...steps.slice(0, depth)), version)
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
