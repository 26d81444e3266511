import {
  createSyntheticMachine,
  SELF_PID,
  type SyntheticMachine,
  type SyntheticMachineOptions,
} from '@epochwatt/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openProcUsage } from './proc-usage.js'
import type { UsageReading, UsageSource } from './usage.js'

/** The files round every figure down to hundredths of a second. */
const TICK = 0.01

const rigs: { machine: SyntheticMachine; usage: UsageSource }[] = []
afterEach(() => {
  for (const { machine, usage } of rigs.splice(0)) {
    usage.close()
    machine.dispose()
  }
})

const rig = (options: SyntheticMachineOptions = {}) => {
  const machine = createSyntheticMachine(options)
  const usage = openProcUsage(machine.procRoot, { now: () => machine.now * 1000 })
  rigs.push({ machine, usage })
  const read = (): UsageReading => usage.read()!
  let last = read()
  return {
    machine,
    read,
    /** CPU seconds of the tree since the last call. */
    treeGrowth: (): number => {
      const now = read()
      const growth = now.treeSeconds - last.treeSeconds
      last = now
      return growth
    },
  }
}

describe("the machine's CPU time", () => {
  it('is busy without steal, idle and iowait, and counts guest time once', () => {
    const { machine, read } = rig({ cpu: { threads: 8 } })
    const before = read()
    machine.setBackground(3, 1)
    machine.advance(10)
    const after = read()
    expect(after.busySeconds - before.busySeconds).toBeCloseTo(30, 1)
    // 8 threads for 10 s, less the second a second that other guests took.
    expect(after.capacitySeconds - before.capacitySeconds).toBeCloseTo(70, 1)
  })

  it('is undefined when the file says something else', () => {
    const { machine } = rig()
    const usage = openProcUsage(machine.procRoot, { now: () => 0 })
    usage.close()
    expect(usage.read()).toBeUndefined()
  })
})

const MODES = [
  ['lists of children', true],
  ['a scan of all processes', false],
] as const

describe.each(MODES)('the process tree, found by %s,', (_, childrenFiles) => {
  it('is this process, whatever its name contains', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    machine.setCores(2)
    machine.advance(5)
    expect(treeGrowth()).toBeCloseTo(10, 1)
  })

  it('leaves other processes out', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    machine.spawnProcess({ parent: 1, cores: 4 })
    machine.setBackground(4)
    machine.advance(5)
    expect(treeGrowth()).toBeCloseTo(0, 9)
  })

  it('counts children and grandchildren while they live', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const child = machine.spawnProcess({ cores: 1, command: 'a) R 1 2 (b' })
    machine.spawnProcess({ parent: child, cores: 2 })
    machine.advance(4)
    expect(treeGrowth()).toBeCloseTo(12, 1)
    machine.advance(1)
    expect(treeGrowth()).toBeCloseTo(3, 1)
  })

  it('keeps the time of children that ended, once', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const child = machine.spawnProcess({ cores: 1 })
    const grandchild = machine.spawnProcess({ parent: child, cores: 1 })
    machine.advance(2)
    treeGrowth()
    machine.advance(1)
    machine.exitProcess(grandchild)
    machine.exitProcess(child)
    expect(treeGrowth()).toBeCloseTo(2, 1)
    machine.advance(5)
    expect(treeGrowth()).toBeCloseTo(0, 9)
  })

  it('counts children that lived and ended between two readings', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const child = machine.spawnProcess({ cores: 3 })
    machine.advance(2)
    machine.exitProcess(child)
    machine.advance(1)
    expect(treeGrowth()).toBeCloseTo(6, 1)
  })

  it('follows an orphan and keeps its time when process 1 has reaped it', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const shell = machine.spawnProcess({ cores: 0 })
    const orphan = machine.spawnProcess({ parent: shell, cores: 1 })
    machine.advance(2)
    expect(treeGrowth()).toBeCloseTo(2, 1)
    machine.exitProcess(shell)
    machine.advance(3)
    expect(treeGrowth()).toBeCloseTo(3, 1)
    machine.exitProcess(orphan)
    machine.setCores(1)
    machine.advance(4)
    // Neither lost with the orphan nor eaten by it.
    expect(treeGrowth()).toBeCloseTo(4, 1)
  })

  it('follows children that an orphan starts', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const shell = machine.spawnProcess()
    const orphan = machine.spawnProcess({ parent: shell })
    machine.advance(1)
    treeGrowth()
    machine.exitProcess(shell)
    machine.spawnProcess({ parent: orphan, cores: 2 })
    machine.advance(2)
    expect(treeGrowth()).toBeCloseTo(4, 1)
  })

  it('keeps the time of a child when parent and child both end between two readings', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const shell = machine.spawnProcess()
    const worker = machine.spawnProcess({ parent: shell, cores: 1 })
    machine.advance(5)
    treeGrowth()
    machine.exitProcess(shell)
    machine.exitProcess(worker)
    machine.advance(1)
    expect(treeGrowth()).toBeCloseTo(0, 9)
    machine.setCores(1)
    machine.advance(2)
    expect(treeGrowth()).toBeCloseTo(2, 1)
  })

  it('keeps the time of children whose parent ignores SIGCHLD', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const child = machine.spawnProcess({ cores: 1 })
    machine.advance(5)
    treeGrowth()
    machine.exitProcess(child, { reaped: false })
    machine.setCores(1)
    machine.advance(1)
    expect(treeGrowth()).toBeCloseTo(1, 1)
  })

  it('does not take a later process under the same pid for the earlier one', () => {
    const { machine, treeGrowth } = rig({ childrenFiles })
    const child = machine.spawnProcess({ cores: 1, pid: 7000 })
    machine.advance(3)
    treeGrowth()
    machine.exitProcess(child)
    machine.spawnProcess({ parent: 1, cores: 4, pid: 7000 })
    machine.advance(2)
    expect(treeGrowth()).toBeCloseTo(0, 9)
  })

  it('looks for new processes at most once a second', () => {
    const { machine, read, treeGrowth } = rig({ childrenFiles })
    machine.advance(1)
    read()
    machine.spawnProcess({ cores: 1 })
    machine.advance(0.5)
    expect(treeGrowth()).toBeCloseTo(0, 9)
    machine.advance(0.5)
    expect(treeGrowth()).toBeCloseTo(1, 1)
  })
})

describe('the process tree', () => {
  it('sees children that were forked by other threads', () => {
    const { machine, treeGrowth } = rig()
    machine.spawnProcess({ parentThread: 3, cores: 1 })
    machine.advance(2)
    expect(treeGrowth()).toBeCloseTo(2, 1)
  })

  it('does not book the past of a process that it adopts', () => {
    // Process 1 of a container inherits orphans of other trees.
    const { machine, treeGrowth } = rig()
    const stranger = machine.spawnProcess({ parent: 1, cores: 1 })
    machine.advance(100)
    treeGrowth()
    machine.adoptProcess(stranger)
    // Nobody was started: adoption alone is looked for every ten seconds.
    machine.advance(10)
    treeGrowth()
    machine.advance(3)
    expect(treeGrowth()).toBeCloseTo(3, 1)
    machine.exitProcess(stranger)
    machine.advance(1)
    expect(treeGrowth()).toBeCloseTo(0, 9)
  })

  it('never falls, and ends within rounding of the truth, whatever processes come and go', () => {
    const step = fc.record({
      action: fc.constantFrom('spawn', 'spawn', 'exit', 'load', 'idle'),
      pick: fc.nat(20),
      cores: fc.integer({ min: 0, max: 3 }),
      seconds: fc.double({ min: 1, max: 3, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { minLength: 1, maxLength: 25 }), (childrenFiles, steps) => {
        const machine = createSyntheticMachine({ childrenFiles, cpu: { threads: 256 } })
        const usage = openProcUsage(machine.procRoot, { now: () => machine.now * 1000 })
        const living = new Map<number, number>([[SELF_PID, 0]])
        const first = usage.read()!.treeSeconds
        let truth = 0
        let last = first
        let events = 0
        for (const { action, pick, cores, seconds } of steps) {
          const pid = [...living.keys()][pick % living.size]!
          if (action === 'spawn') living.set(machine.spawnProcess({ parent: pid, cores }), cores)
          if (action === 'load') {
            machine.setCores(cores, pid)
            living.set(pid, cores)
          }
          if (action === 'exit' && pid !== SELF_PID) {
            machine.exitProcess(pid)
            living.delete(pid)
            events++
          }
          machine.advance(seconds)
          for (const busy of living.values()) truth += busy * seconds
          const { treeSeconds } = usage.read()!
          expect(treeSeconds).toBeGreaterThanOrEqual(last)
          last = treeSeconds
        }
        const members = living.size + events
        machine.dispose()
        usage.close()
        expect(Math.abs(last - first - truth)).toBeLessThanOrEqual(6 * TICK * (members + 1))
      }),
      { numRuns: 150 },
    )
  })
})
