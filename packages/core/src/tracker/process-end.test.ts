// How a run ends when its process does. Real processes on the built package.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunRecord } from '../record/record.js'
import { recoverRuns } from '../store/recover-runs.js'
import { openStore } from '../store/run-store.js'

const core = new URL('../../dist/index.js', import.meta.url).href
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-ends-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const script = (body: string): string[] => [
  '--input-type=module',
  '--eval',
  `import { startTracking } from ${JSON.stringify(core)}
   const tracker = startTracking({ dir: ${JSON.stringify(dir)}, country: 'FR', samplingIntervalMs: 50 })
   const busy = ms => { const end = performance.now() + ms; while (performance.now() < end); }
   const epoch = tracker.window('epoch', { index: 0 }); busy(150); epoch.end(); epoch.logMetrics({ loss: 1 })
   ${body}`,
]

const runToEnd = (body: string) =>
  spawnSync(process.execPath, script(body), { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' })

const onlyRecord = (): RunRecord => {
  const { records, unreadable } = openStore(dir).list()
  expect(unreadable).toEqual([])
  expect(records).toHaveLength(1)
  return records[0]!
}

describe('a run whose process ends', () => {
  it('does not keep the process alive, and is closed as failed when nobody stopped it', () => {
    const { status, signal, stderr } = runToEnd('')
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' })
    expect(onlyRecord()).toMatchObject({
      status: 'failed',
      status_reason: 'the process ended with exit code 0 before the run was stopped',
      epochs: [{ index: 0, complete: true, metrics: { loss: 1 } }],
    })
  })

  it('keeps what was measured through process.exit in the middle of an epoch', () => {
    const { status } = runToEnd(`tracker.window('epoch', { index: 1 }); busy(200); process.exit(3)`)
    expect(status).toBe(3)
    const record = onlyRecord()
    expect(record.status_reason).toContain('exit code 3')
    expect(record.epochs.map(({ complete }) => complete)).toEqual([true, false])
    expect(record.epochs[1]!.ended_s - record.epochs[1]!.started_s).toBeGreaterThan(0.19)
    expect(record.epochs[1]!.energy_kwh!.value).toBeGreaterThan(0)
  })

  it('keeps what was measured through an uncaught exception, and does not hide the exception', () => {
    const { status, stderr } = runToEnd(`throw new Error('the training broke')`)
    expect(status).toBe(1)
    expect(stderr).toContain('the training broke')
    expect(onlyRecord()).toMatchObject({ status: 'failed' })
  })

  it('is finished by the next start after kill -9, with the original times, losing at most one interval', async () => {
    const child = spawn(process.execPath, script(`console.log('up'); setInterval(() => busy(20), 25)`), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise(resolve => child.stdout.once('data', resolve))
    await new Promise(resolve => setTimeout(resolve, 600))
    const [id] = openStore(dir).openRuns()
    expect(recoverRuns(dir).left).toEqual([id])
    const killedAt = Date.now()
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))

    const { recovered, failed } = recoverRuns(dir)
    expect(failed).toEqual([])
    expect(recovered).toEqual([onlyRecord()])
    const record = onlyRecord()
    expect(record).toMatchObject({ id, status: 'killed', epochs: [{ index: 0, complete: true }] })
    expect(record.energy.total_kwh!.value).toBeGreaterThan(0)
    // One interval of 50 ms, and room for a machine that was slow to schedule the sampler.
    expect(killedAt - Date.parse(record.ended_at)).toBeLessThan(1000)
    expect(openStore(dir).openRuns()).toEqual([])
    expect(recoverRuns(dir)).toEqual({ recovered: [], failed: [], left: [] })
  })

  it('keeps running when its store disappears, and says nothing into the training', () => {
    const { status, stderr, stdout } = runToEnd(`
      const { rmSync } = await import('node:fs')
      rmSync(${JSON.stringify(dir)}, { recursive: true, force: true })
      busy(200)
      const next = tracker.window('epoch', { index: 1 }); next.end()
      console.log(next.figures().energyKwh?.unit, String(await tracker.stop()))`)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.trim()).toBe('kWh undefined')
  })
})
