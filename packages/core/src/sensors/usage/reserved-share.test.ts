import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { probeEnvironment } from '../environment.js'
import { reservedShare } from './reserved-share.js'

let root: string
beforeEach(() => {
  // A space in the path: mountinfo writes it as \040.
  root = mkdtempSync(join(tmpdir(), 'reserved share-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const THREADS = 16

const share = (files: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux') => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  const { machine, ...environment } = probeEnvironment({ EPOCHWATT_PROC_ROOT: join(root, 'proc') })
  return reservedShare({ ...environment, platform, machine: { ...machine, threads: THREADS } })
}

const mountLine = (mountPoint: string, hierarchyRoot: string, type: string, superOptions: string): string =>
  `31 23 0:28 ${hierarchyRoot} ${join(root, mountPoint).replaceAll(' ', '\\040')} rw,relatime shared:9 - ${type} ${type} ${superOptions}`

const v2 = (files: Readonly<Record<string, string>>, group = '/a/b') =>
  share({
    'proc/self/mountinfo': mountLine('cgroup', '/', 'cgroup2', 'rw'),
    'proc/self/cgroup': `0::${group}`,
    ...files,
  })

describe('the share of the machine reserved by cgroup version 2', () => {
  it('is the quota over the threads', () => {
    expect(v2({ 'cgroup/a/b/cpu.max': '400000 100000' })).toBe(0.25)
  })

  it('is the strictest quota on the way to the root', () => {
    const files = { 'cgroup/a/b/cpu.max': '800000 100000', 'cgroup/a/cpu.max': '200000 100000' }
    expect(v2(files)).toBe(0.125)
  })

  it('is undefined without a quota', () => {
    expect(v2({ 'cgroup/a/b/cpu.max': 'max 100000', 'cgroup/a/cpu.max': 'max 100000' })).toBeUndefined()
  })

  it('is undefined when the quota exceeds the machine', () => {
    expect(v2({ 'cgroup/a/b/cpu.max': '3200000 100000' })).toBeUndefined()
  })

  it('is read at the mount point inside a container, whose own group is the root', () => {
    expect(v2({ 'cgroup/cpu.max': '50000 100000' }, '/')).toBe(0.5 / THREADS)
  })
})

describe('the share of the machine reserved by cgroup version 1', () => {
  it('is cfs_quota over cfs_period, below the part of the hierarchy that is mounted', () => {
    expect(
      share({
        'proc/self/mountinfo': mountLine('cpu', '/docker/f00', 'cgroup', 'rw,cpu,cpuacct'),
        'proc/self/cgroup': '4:memory:/docker/f00\n3:cpu,cpuacct:/docker/f00',
        'cpu/cpu.cfs_quota_us': '150000',
        'cpu/cpu.cfs_period_us': '100000',
      }),
    ).toBe(1.5 / THREADS)
  })

  it('is undefined for a quota of -1', () => {
    expect(
      share({
        'proc/self/mountinfo': mountLine('cpu', '/', 'cgroup', 'rw,cpu'),
        'proc/self/cgroup': '1:cpu:/',
        'cpu/cpu.cfs_quota_us': '-1',
        'cpu/cpu.cfs_period_us': '100000',
      }),
    ).toBeUndefined()
  })
})

describe('the share of the machine reserved by a set of processors', () => {
  it('is its size over the threads', () => {
    expect(share({ 'proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-3,8,10-11' })).toBe(7 / THREADS)
  })

  it('is undefined when the set is everything, possible processors that are not there included', () => {
    expect(share({ 'proc/self/status': 'Cpus_allowed_list:\t0-127' })).toBeUndefined()
  })

  it('gives way to a stricter quota', () => {
    expect(v2({ 'cgroup/a/b/cpu.max': '100000 100000', 'proc/self/status': 'Cpus_allowed_list:\t0-3' })).toBe(
      1 / THREADS,
    )
  })
})

describe('the reserved share', () => {
  it('is undefined where nothing says anything', () => {
    expect(share({})).toBeUndefined()
  })

  it('is undefined on other systems', () => {
    expect(share({ 'proc/self/status': 'Cpus_allowed_list:\t0' }, 'darwin')).toBeUndefined()
  })

  it('never throws on this machine', () => {
    expect(() => reservedShare(probeEnvironment({}))).not.toThrow()
  })
})
