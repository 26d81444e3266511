import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { createSyntheticMachine } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { probeEnvironment } from './environment.js'
import { readMachineFacts } from './machine-facts.js'

describe('the environment of probing', () => {
  it('is /sys and /proc unless the environment names other roots', () => {
    expect(probeEnvironment({})).toMatchObject({
      sysfsRoot: '/sys',
      procRoot: '/proc',
      platform: process.platform,
    })
    const moved = probeEnvironment({ EPOCHWATT_SYSFS_ROOT: '/host/sys', EPOCHWATT_PROC_ROOT: '/host/proc' })
    expect(moved).toMatchObject({ sysfsRoot: '/host/sys', procRoot: '/host/proc' })
  })

  it('takes an empty variable as unset', () => {
    expect(probeEnvironment({ EPOCHWATT_SYSFS_ROOT: '' }).sysfsRoot).toBe('/sys')
  })

  it('can be sent to a worker as it is', () => {
    const environment = probeEnvironment({})
    expect(structuredClone(environment)).toEqual(environment)
  })
})

describe('machine facts on Linux', () => {
  it('come from cpuinfo and meminfo', () => {
    const machine = createSyntheticMachine({
      cpu: { sockets: 2, threads: 32, memoryGib: 128, flags: ['sgx'] },
    })
    const facts = readMachineFacts({ ...machine, platform: 'linux' })
    machine.dispose()
    expect(facts).toEqual({
      cpuModel: 'Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz',
      threads: 32,
      sockets: 2,
      memoryBytes: 128 * 2 ** 30,
      virtual: false,
      cpuFamily: 6,
      cpuModelNumber: 85,
      cpuStepping: 7,
      vendor: 'GenuineIntel',
      energyFiltering: true,
    })
  })

  it('say that a machine with the hypervisor flag is a guest', () => {
    const machine = createSyntheticMachine({ cpu: { flags: ['hypervisor'] } })
    expect(readMachineFacts({ ...machine, platform: 'linux' }).virtual).toBe(true)
    machine.dispose()
  })

  describe('of Arm machines', () => {
    let root: string
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'machine-facts-'))
    })
    afterEach(() => rmSync(root, { recursive: true }))

    const write = (files: Readonly<Record<string, string>>) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      return readMachineFacts({
        sysfsRoot: join(root, 'sys'),
        procRoot: join(root, 'proc'),
        platform: 'linux',
      })
    }
    const neoverse = (count: number): string =>
      Array.from(
        { length: count },
        (_, i) => `processor\t: ${i}\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\nFeatures\t: fp asimd\n\n`,
      ).join('')

    it('name the core by its part number and count sockets by the topology', () => {
      const facts = write({
        'proc/cpuinfo': neoverse(4),
        'sys/devices/system/cpu/cpu0/topology/physical_package_id': '0\n',
        'sys/devices/system/cpu/cpu1/topology/physical_package_id': '0\n',
        'sys/devices/system/cpu/cpu2/topology/physical_package_id': '1\n',
        'sys/devices/system/cpu/cpu3/topology/physical_package_id': '1\n',
        'sys/devices/system/cpu/cpufreq/policy0': '',
      })
      expect(facts).toMatchObject({ cpuModel: 'Arm Neoverse-N1', threads: 4, sockets: 2, virtual: false })
      expect(facts.vendor).toBeUndefined()
    })

    it('count one socket where the topology does not say', () => {
      const topology = { 'sys/devices/system/cpu/cpu0/topology/physical_package_id': '-1\n' }
      expect(write({ 'proc/cpuinfo': neoverse(1), ...topology }).sockets).toBe(1)
    })

    it.each([
      ['Amazon EC2', 'c7g.large', true],
      ['Amazon EC2', 'c7g.metal', false],
      ['QEMU', 'KVM Virtual Machine', true],
      ['Microsoft Corporation', 'Virtual Machine', true],
      ['Microsoft Corporation', 'Surface Pro', false],
      ['Google', 'Google Compute Engine', true],
    ])('know a guest by the firmware: %s %s', (vendor, product, virtual) => {
      const facts = write({
        'proc/cpuinfo': neoverse(1),
        'sys/class/dmi/id/sys_vendor': `${vendor}\n`,
        'sys/class/dmi/id/product_name': `${product}\n`,
      })
      expect(facts.virtual).toBe(virtual)
    })
  })
})

describe('machine facts elsewhere', () => {
  it('come from node:os', () => {
    const facts = readMachineFacts({ sysfsRoot: '/none', procRoot: '/none', platform: 'darwin' })
    expect(facts).toMatchObject({
      threads: cpus().length,
      sockets: 1,
      memoryBytes: totalmem(),
      virtual: false,
    })
  })

  it('are usable without any file', () => {
    const facts = readMachineFacts({ sysfsRoot: '/none', procRoot: '/none', platform: 'linux' })
    expect(facts.threads).toBeGreaterThanOrEqual(1)
    expect(facts.memoryBytes).toBe(totalmem())
  })
})
