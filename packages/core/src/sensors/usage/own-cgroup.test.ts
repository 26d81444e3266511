import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine, SELF_PID, type SyntheticMachine } from '@epochwatt/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openProcUsage } from './proc-usage.js'
import type { UsageReading, UsageSource } from './usage.js'

const rigs: { machine: SyntheticMachine; usage: UsageSource }[] = []
afterEach(() => {
  for (const { machine, usage } of rigs.splice(0)) {
    usage.close()
    machine.dispose()
  }
})

interface Place {
  readonly version: 1 | 2
  readonly group: string
  readonly root?: string
}

const rig = (cgroup: Place, arrange: (machine: SyntheticMachine) => void = () => {}) => {
  const machine = createSyntheticMachine({ cgroup })
  arrange(machine)
  // What is born from now on is younger than the reader.
  machine.advance(1)
  const usage = openProcUsage(machine.procRoot, { now: () => machine.now * 1000 })
  rigs.push({ machine, usage })
  let last = usage.read()!
  return {
    machine,
    /** CPU seconds of the tree since the last call, and by which group they were counted. */
    growth: (): { seconds: number; cgroup: UsageReading['cgroup'] } => {
      const now = usage.read()!
      const seconds = now.treeSeconds - last.treeSeconds
      last = now
      return { seconds, cgroup: now.cgroup }
    },
  }
}

const PLACES: readonly (readonly [string, Place])[] = [
  ['a scope of systemd, version 2', { version: 2, group: '/system.slice/run-1.scope' }],
  ['a step of Slurm, version 1', { version: 1, group: '/slurm/uid_1000/job_7/step_0' }],
  ['a container whose own group is all it sees, version 2', { version: 2, group: '/' }],
  ['a container that shows paths of the host, version 1', { version: 1, group: '/', root: '/docker/f00' }],
]

describe.each(PLACES)('in %s, the process tree', (_, place) => {
  const { version } = place

  it('has the work of its own process once', () => {
    const { machine, growth } = rig(place)
    machine.setCores(2)
    machine.setBackground(3)
    machine.advance(5)
    const { seconds, cgroup } = growth()
    expect(seconds).toBeCloseTo(10, 1)
    expect(cgroup).toBe(version)
  })

  it('keeps a child that ended between two looks and that nobody waited for', () => {
    const { machine, growth } = rig(place)
    const child = machine.spawnProcess({ cores: 3 })
    machine.advance(0.4)
    machine.exitProcess(child, { reaped: false })
    machine.advance(0.6)
    expect(growth().seconds).toBeCloseTo(1.2, 1)
  })

  it('keeps an orphan that was forked twice and ended unseen', () => {
    const { machine, growth } = rig(place)
    const shell = machine.spawnProcess()
    const orphan = machine.spawnProcess({ parent: shell, cores: 1 })
    machine.exitProcess(shell)
    machine.advance(0.7)
    machine.exitProcess(orphan)
    machine.advance(0.3)
    expect(growth().seconds).toBeCloseTo(0.7, 1)
  })

  it('follows such an orphan when others enter the group, and counts its work once', () => {
    const { machine, growth } = rig(place)
    const shell = machine.spawnProcess()
    const orphan = machine.spawnProcess({ parent: shell, cores: 1 })
    machine.exitProcess(shell)
    machine.advance(3)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(3, 1), cgroup: version })
    // As `docker exec` does it: the parent is in another namespace.
    machine.moveToCgroup(machine.spawnProcess({ parent: 0, cores: 4 }), place.group)
    machine.advance(2)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(2, 1), cgroup: undefined })
    machine.exitProcess(orphan)
    machine.advance(2)
    expect(growth().seconds).toBeCloseTo(0, 1)
  })

  it('has nothing of a foreign process in the group, and counts by the group again when that has left', () => {
    const { machine, growth } = rig(place)
    machine.setCores(1)
    const terminal = machine.spawnProcess({ parent: 1 })
    const foreign = machine.spawnProcess({ parent: terminal, cores: 5 })
    machine.moveToCgroup(foreign, place.group)
    machine.advance(2)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(2, 1), cgroup: undefined })
    machine.exitProcess(foreign)
    machine.advance(30)
    // Who was there until just now may have worked in this stretch too.
    expect(growth()).toMatchObject({ seconds: expect.closeTo(30, 1), cgroup: undefined })
    machine.advance(2)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(2, 1), cgroup: version })
  })

  it('is told by /proc alone in a group that was there before it: a login session', () => {
    const { machine, growth } = rig(place, session => {
      const shell = session.spawnProcess({ parent: 1, pid: 3000, cores: 2 })
      session.moveToCgroup(shell, place.group)
    })
    machine.setCores(1)
    machine.advance(4)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(4, 1), cgroup: undefined })
  })

  it('is told by /proc alone where process 1 of the container is another', () => {
    const { machine, growth } = rig(place, container => container.moveToCgroup(1, place.group))
    machine.setCores(1)
    machine.advance(4)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(4, 1), cgroup: undefined })
  })

  it('has children in groups below its own', () => {
    const { machine, growth } = rig(place)
    const worker = machine.spawnProcess({ cores: 2 })
    machine.moveToCgroup(worker, `${place.group}/workers/0`)
    machine.advance(3)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(6, 1), cgroup: version })
    machine.exitProcess(worker, { reaped: false })
    machine.advance(1)
    expect(growth().seconds).toBeCloseTo(0, 1)
  })

  it('has nothing of a foreign process in a group below its own', () => {
    const { machine, growth } = rig(place)
    const terminal = machine.spawnProcess({ parent: 1 })
    machine.moveToCgroup(machine.spawnProcess({ parent: terminal, cores: 4 }), `${place.group}/guest`)
    machine.advance(3)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(0, 1), cgroup: undefined })
  })

  it('never falls, and ends within rounding of the truth, although nobody waits for anybody', () => {
    const action = fc.record({ end: fc.nat(9), cores: fc.integer({ min: 0, max: 3 }), of: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), actions => {
        const { machine, growth } = rig(place)
        const living = [SELF_PID]
        let truth = 0
        let total = 0
        const load = new Map<number, number>()
        for (const { end, cores, of } of actions) {
          const [ending] = end > 0 && end < living.length ? living.splice(end, 1) : []
          if (ending !== undefined) {
            load.delete(ending)
            machine.exitProcess(ending, { reaped: false })
          }
          if (living.length < 5) {
            const pid = machine.spawnProcess({ parent: living[of % living.length]!, cores })
            living.push(pid)
            load.set(pid, cores)
          }
          machine.advance(0.3)
          truth += 0.3 * [...load.values()].reduce((sum, value) => sum + value, 0)
          const { seconds } = growth()
          expect(seconds).toBeGreaterThanOrEqual(0)
          total += seconds
        }
        expect(Math.abs(total - truth)).toBeLessThan(0.05)
      }),
      { numRuns: 15 },
    )
  })
})

describe('a child that has ended and waits to be waited for', () => {
  it('is in no list of the group and does not make it any less ours', () => {
    const { machine, growth } = rig({ version: 2, group: '/a.scope' })
    const child = machine.spawnProcess()
    machine.advance(1)
    growth()
    const stat = join(machine.procRoot, String(child), 'stat')
    writeFileSync(stat, readFileSync(stat, 'latin1').replace(') S ', ') Z '))
    writeFileSync(join(machine.procRoot, '../cgroup/a.scope/cgroup.procs'), `${SELF_PID}\n`)
    machine.advance(11)
    expect(growth().cgroup).toBe(2)
  })
})

describe('a child that works in a group of its own beside ours', () => {
  it('is counted by /proc, since our group has nothing of it', () => {
    const { machine, growth } = rig({ version: 2, group: '/a.scope' })
    machine.moveToCgroup(machine.spawnProcess({ cores: 2 }), '/b.scope')
    machine.advance(3)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(6, 1), cgroup: undefined })
  })
})

describe('a control group that tells too little', () => {
  const place: Place = { version: 2, group: '/a.scope' }

  it('is left alone when a process of another namespace is in it', () => {
    const { machine, growth } = rig(place)
    writeFileSync(join(machine.procRoot, '../cgroup/a.scope/cgroup.procs'), `${SELF_PID}\n0\n`)
    machine.setCores(1)
    machine.advance(11)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(11, 1), cgroup: undefined })
  })

  it('is left alone when its file has no usage', () => {
    const { machine, growth } = rig(place, ({ procRoot }) =>
      writeFileSync(join(procRoot, '../cgroup/a.scope/cpu.stat'), 'nr_periods 0\n'),
    )
    machine.setCores(1)
    machine.advance(3)
    expect(growth()).toMatchObject({ seconds: expect.closeTo(3, 1), cgroup: undefined })
  })
})
