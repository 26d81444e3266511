import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { probeEnvironment } from '../environment.js'
import { memoryLimitBytes } from './memory-limit.js'
import { openProcUsage } from './proc-usage.js'
import { ResidentPeak } from './resident-peak.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'memory-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const GIGABYTE = 1e9

const limit = (files: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux') => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  const { machine, ...environment } = probeEnvironment({ EPOCHWATT_PROC_ROOT: join(root, 'proc') })
  return memoryLimitBytes({ ...environment, platform, machine: { ...machine, memoryBytes: 64 * GIGABYTE } })
}

const mount = (type: string, options: string) => ({
  'proc/self/mountinfo': `31 23 0:28 / ${join(root, 'cgroup')} rw shared:9 - ${type} ${type} ${options}`,
})
const v2 = () => ({ ...mount('cgroup2', 'rw'), 'proc/self/cgroup': '0::/job/step' })

describe('memory that a cgroup lets us have', () => {
  it('is the strictest limit on the way to the root', () => {
    expect(
      limit({ ...v2(), 'cgroup/job/step/memory.max': 'max', 'cgroup/job/memory.max': '8000000000' }),
    ).toBe(8 * GIGABYTE)
  })

  it('is read from version 1 as well', () => {
    const v1 = { ...mount('cgroup', 'rw,memory'), 'proc/self/cgroup': '9:memory:/job\n3:cpu:/other' }
    expect(limit({ ...v1, 'cgroup/job/memory.limit_in_bytes': '4000000000' })).toBe(4 * GIGABYTE)
    expect(limit({ ...v1, 'cgroup/job/memory.limit_in_bytes': '9223372036854771712' })).toBeUndefined()
  })

  it('is unknown without a limit below the machine, and elsewhere than on Linux', () => {
    expect(limit(v2())).toBeUndefined()
    expect(limit({ ...v2(), 'cgroup/job/memory.max': '128000000000' })).toBeUndefined()
    expect(limit({ ...v2(), 'cgroup/job/memory.max': '8000000000' }, 'darwin')).toBeUndefined()
  })
})

describe('memory of the process tree', () => {
  it('is said when it is more than ever before, by a hundredth', () => {
    const peak = new ResidentPeak(root)
    expect([0, 1000, 900, 1005, 1020, 1020].map(pages => peak.next(pages))).toEqual([
      undefined,
      1000 * 4096,
      undefined,
      undefined,
      1020 * 4096,
      undefined,
    ])
  })

  it('is that of the kernel’s pages', () => {
    const vector = Buffer.alloc(48)
    vector.writeBigUInt64LE(16n, 0)
    vector.writeBigUInt64LE(6n, 16)
    vector.writeBigUInt64LE(65_536n, 24)
    mkdirSync(join(root, 'self'))
    writeFileSync(join(root, 'self/auxv'), vector)
    expect(new ResidentPeak(root).next(10)).toBe(655_360)
  })

  // Elsewhere there is no /proc.
  it.skipIf(process.platform !== 'linux')('is what this process has, and rises when it takes more', () => {
    const source = openProcUsage('/proc', { now: () => performance.now() })
    const first = source.read()!.residentBytes!
    expect(first / process.memoryUsage.rss()).toBeCloseTo(1, 0)
    const taken = Buffer.alloc(200e6, 1)
    const second = source.read()!.residentBytes!
    expect(second - first).toBeGreaterThan(0.7 * taken.length)
    source.close()
  })
})
