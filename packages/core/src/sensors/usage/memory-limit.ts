import { join } from 'node:path'
import { readText } from '../read-text.js'
import type { ProbeEnvironment } from '../sensor.js'
import { cgroupPlaces } from './cgroup-place.js'

const LIMIT_FILE = { 1: 'memory.limit_in_bytes', 2: 'memory.max' } as const

/**
 * Memory that a cgroup lets this process have, bytes: a container's limit, or what a scheduler reserved. A group's limit
 * binds all below it. Undefined where it is no less than the machine's memory; version 1 says so by a huge number.
 */
export const memoryLimitBytes = ({ procRoot, platform, machine }: ProbeEnvironment): number | undefined => {
  if (platform !== 'linux') return undefined
  const limits = cgroupPlaces(procRoot, 'memory').flatMap(({ version, mountPoint, steps }) =>
    Array.from({ length: steps.length + 1 }, (_, depth) =>
      Number(readText(join(mountPoint, ...steps.slice(0, depth), LIMIT_FILE[version]))?.trim() || Number.NaN),
    ),
  )
  const least = Math.min(...limits.filter(limit => limit > 0))
  return least < machine.memoryBytes ? least : undefined
}
