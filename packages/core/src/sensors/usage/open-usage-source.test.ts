import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { probeEnvironment } from '../environment.js'
import { readText } from '../read-text.js'
import { openUsageSource } from './open-usage-source.js'

const environment = probeEnvironment({})

/** Works until this process has used so much CPU time. */
const burn = (seconds: number): void => {
  const began = process.cpuUsage()
  const used = (): number => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1e6
  }
  while (used() < seconds);
}

/** A process 1 that reaps nobody, as in many containers, leaves it as a zombie. */
const isRunning = (pid: number): boolean => {
  const stat = readText(`/proc/${pid}/stat`)
  return stat !== undefined && !/\) Z /.test(stat)
}

describe('a usage source', () => {
  it('of this system counts the work of this process, once, in all three figures', () => {
    const source = openUsageSource(environment)
    const before = source.read()!
    burn(0.3)
    const after = source.read()!
    source.close()
    expect(after.treeSeconds - before.treeSeconds).toBeGreaterThanOrEqual(0.3)
    expect(after.busySeconds).toBeGreaterThan(before.busySeconds)
    expect(after.capacitySeconds).toBeGreaterThan(before.capacitySeconds)
  })

  it('of other systems does the same by node:os', () => {
    const source = openUsageSource({ ...environment, platform: 'darwin' })
    expect(source.name).toContain('node:os')
    const before = source.read()!
    burn(0.3)
    const after = source.read()!
    source.close()
    expect(after.treeSeconds - before.treeSeconds).toBeGreaterThanOrEqual(0.3)
    expect(after.busySeconds).toBeGreaterThan(before.busySeconds)
    expect(after.capacitySeconds).toBeGreaterThanOrEqual(after.busySeconds)
  })

  it('falls back to node:os where there is no /proc', () => {
    const source = openUsageSource({ ...environment, platform: 'linux', procRoot: '/nowhere' })
    expect(source.name).toContain('node:os')
    source.close()
  })
})

describe.skipIf(process.platform !== 'linux')('on Linux (skipped elsewhere: there is no /proc)', () => {
  it('can be asked for this process alone, and then says that it did not look for children', () => {
    const source = openUsageSource(environment)
    const before = source.readOwn!()!
    burn(0.1)
    const after = source.readOwn!()!
    expect(after.treeSeconds - before.treeSeconds).toBeGreaterThanOrEqual(0.1)
    expect(after.childrenSeconds).toBeNull()
    source.close()
  })

  it('real children and orphans keep their CPU time beyond their end', async () => {
    let nowMs = 0
    const source = openUsageSource(environment, { now: () => nowMs })
    const read = (): number => {
      nowMs += 1000
      return source.read()!.treeSeconds
    }
    const before = read()
    // A worker in the background of a shell that leaves on a line of input: it becomes an orphan.
    const work = `
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < 300000);
      const { user, system } = process.cpuUsage()
      console.log(JSON.stringify({ pid: process.pid, seconds: (user + system) / 1e6 }))
      setTimeout(() => {}, 60_000)`
    const shell = spawn('sh', ['-c', '"$0" -e "$1" </dev/null & read line', process.execPath, work], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const output = new Promise<string>(resolve => shell.stdout.once('data', data => resolve(String(data))))
    const { pid, seconds } = JSON.parse(await output) as { pid: number; seconds: number }
    expect(read() - before).toBeGreaterThanOrEqual(seconds - 0.05)
    shell.stdin.end('leave\n')
    await new Promise(resolve => shell.once('exit', resolve))
    expect(read() - before).toBeGreaterThanOrEqual(seconds - 0.05)
    process.kill(pid, 'SIGKILL')
    while (isRunning(pid)) await sleep(5)
    expect(read() - before).toBeGreaterThanOrEqual(seconds - 0.05)
    source.close()
  })
})
