import { createSyntheticMachine, SELF_PID } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import { KeptChildren } from './find-descendants.js'
import { ForkWatch } from './fork-watch.js'
import { openProcUsage } from './proc-usage.js'

describe('the watch for new processes', () => {
  it('sees that one was started, whoever started it, and else nothing', () => {
    const machine = createSyntheticMachine()
    const watch = new ForkWatch(machine.procRoot)
    expect(watch.hasForked()).toBe(true)
    expect(watch.hasForked()).toBe(false)
    machine.spawnProcess({ parent: 1 })
    expect(watch.hasForked()).toBe(true)
    machine.advance(100)
    expect(watch.hasForked()).toBe(false)
    watch.close()
    machine.dispose()
  })

  it('takes anything for possible where it cannot look', () => {
    const watch = new ForkWatch('/nowhere')
    expect([watch.hasForked(), watch.hasForked()]).toEqual([true, true])
    watch.close()
  })

  it('spares the search for descendants, but not beyond ten seconds', () => {
    const machine = createSyntheticMachine()
    const usage = openProcUsage(machine.procRoot, { now: () => machine.now * 1000 })
    const children = (): number => usage.read()!.childrenSeconds!
    children()
    // A child that the kernel would have announced: only a search can find it.
    const stranger = machine.spawnProcess({ parent: 1, cores: 1 })
    machine.advance(1)
    children()
    machine.adoptProcess(stranger)
    machine.advance(5)
    const before = children()
    machine.advance(3)
    expect(children()).toBe(before)
    machine.advance(3)
    children()
    const found = children()
    machine.advance(2)
    expect(children() - found).toBeCloseTo(2, 1)
    usage.close()
    machine.dispose()
  })
})

describe('lists of children that stay open', () => {
  it('follow threads that come and go', () => {
    const machine = createSyntheticMachine()
    const lists = new KeptChildren(machine.procRoot, SELF_PID)
    const first = machine.spawnProcess()
    expect(lists.read()).toEqual([first])
    const second = machine.spawnProcess({ parentThread: 3 })
    expect(lists.read().sort()).toEqual([first, second])
    machine.exitProcess(first)
    expect(lists.read()).toEqual([second])
    machine.exitProcess(second)
    expect(lists.read()).toEqual([])
    lists.close()
    machine.dispose()
  })
})
