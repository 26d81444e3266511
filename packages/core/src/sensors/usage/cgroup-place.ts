import { join } from 'node:path'
import { readText } from '../read-text.js'

/** Where the control group of this process shows itself. */
export interface CgroupPlace {
  readonly version: 1 | 2
  /** Where the hierarchy is mounted. */
  readonly mountPoint: string
  /** Names of the groups from there down to ours; none where ours is the one that is mounted, as in most containers. */
  readonly steps: readonly string[]
}

interface Mount {
  readonly version: 1 | 2
  readonly mountPoint: string
  /** Which group of the hierarchy is visible there as the root. */
  readonly root: string
}

/** Octal escapes of mountinfo, e.g. `\040` for a space. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

const mountsOf = (procRoot: string, controller: string): Mount[] => {
  const mounts: Mount[] = []
  for (const line of (readText(join(procRoot, 'self/mountinfo')) ?? '').split('\n')) {
    const [fields, tail] = line.split(' - ')
    const [, , , root, mountPoint] = fields?.split(' ') ?? []
    const [type, , superOptions] = tail?.split(' ') ?? []
    if (root === undefined || mountPoint === undefined) continue
    const place = { mountPoint: unescapeOctal(mountPoint), root: unescapeOctal(root) }
    if (type === 'cgroup2') mounts.push({ version: 2, ...place })
    else if (type === 'cgroup' && superOptions?.split(',').includes(controller))
      mounts.push({ version: 1, ...place })
  }
  return mounts
}

/** Path of our group in the hierarchy of `mount`, seen from the mount point. */
const ownGroup = (procRoot: string, mount: Mount, controller: string): string | undefined => {
  for (const line of (readText(join(procRoot, 'self/cgroup')) ?? '').split('\n')) {
    const [, controllers, ...path] = line.split(':')
    const isOurs = mount.version === 2 ? controllers === '' : controllers?.split(',').includes(controller)
    if (!isOurs) continue
    const group = path.join(':')
    // A container that shares the host's namespace shows the host's path, which the mount does not have.
    if (mount.root === '/') return group
    return group.startsWith(mount.root) ? group.slice(mount.root.length) : ''
  }
  return undefined
}

/**
 * Our group in each mounted hierarchy of version 2 and of version 1 with `controller`, version 2 first. A hybrid system
 * mounts both, version 2 without controllers.
 */
export const cgroupPlaces = (procRoot: string, controller: 'cpu' | 'cpuacct' | 'memory'): CgroupPlace[] =>
  mountsOf(procRoot, controller)
    .flatMap((mount): CgroupPlace[] => {
      const group = ownGroup(procRoot, mount, controller)
      if (group === undefined) return []
      const steps = group.split('/').filter(step => step !== '' && step !== '..')
      return [{ version: mount.version, mountPoint: mount.mountPoint, steps }]
    })
    .sort((a, b) => b.version - a.version)
