import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine, SELF_PID, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processOwners } from './process-owners.js'

let machine: SyntheticMachine
beforeEach(() => {
  machine = createSyntheticMachine()
})
afterEach(() => machine.dispose())

const showKernelThreads = (): void => {
  mkdirSync(join(machine.procRoot, '2'))
  writeFileSync(join(machine.procRoot, '2/comm'), 'kthreadd\n')
}

describe('whose a process is', () => {
  it('is ours for this process and everything below it', () => {
    showKernelThreads()
    const child = machine.spawnProcess({})
    const grandchild = machine.spawnProcess({ parent: child })
    const owners = processOwners(machine.procRoot, 'linux')
    expect([SELF_PID, child, grandchild].map(owners.ownerOf)).toEqual(['ours', 'ours', 'ours'])
  })

  it('is that of others for the rest, and for those that cannot be looked up', () => {
    showKernelThreads()
    const stranger = machine.spawnProcess({ parent: 1 })
    const owners = processOwners(machine.procRoot, 'linux')
    expect([stranger, 1, 999_999].map(owners.ownerOf)).toEqual(['others', 'others', 'others'])
  })

  it('cannot be told in a container, whose process ids are not the driver’s', () => {
    const child = machine.spawnProcess({})
    const owners = processOwners(machine.procRoot, 'linux')
    expect(owners.reliable).toBe(false)
    expect([SELF_PID, child].map(owners.ownerOf)).toEqual(['unknown', 'unknown'])
  })

  it('is remembered while the process is listed, and forgotten with it', () => {
    showKernelThreads()
    const child = machine.spawnProcess({})
    const owners = processOwners(machine.procRoot, 'linux')
    expect(owners.ownerOf(child)).toBe('ours')
    machine.exitProcess(child)
    expect(owners.ownerOf(child)).toBe('ours')
    owners.keepOnly([])
    expect(owners.ownerOf(child)).toBe('others')
  })
})
