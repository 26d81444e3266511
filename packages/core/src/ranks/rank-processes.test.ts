// Real processes on the built package, beside a real meter; one of them is killed.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readJournal } from '../journal/read-journal.js'
import type { RunRecord } from '../record/record.js'
import { recoverRuns } from '../store/recover-runs.js'

const core = new URL('../../dist/index.js', import.meta.url).href
const WATTS = 250

let dir: string
let server: Server
let asked = 0
let children: ChildProcess[] = []

const RANK = `
import { startTracking } from ${JSON.stringify(core)}
const tracker = startTracking(JSON.parse(process.argv[2]))
process.send({ id: tracker.id })
process.on('message', async () => {
  const record = await tracker.stop()
  process.send({ record })
  process.disconnect()
})
// A training that hardly ever yields.
setInterval(() => {
  const end = performance.now() + 40
  while (performance.now() < end);
}, 150)
`

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-job-'))
  writeFileSync(join(dir, 'rank.mjs'), RANK)
  asked = 0
  server = createServer((_, response) => {
    asked++
    response.end(JSON.stringify({ power: WATTS }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  server.closeAllConnections()
  server.close()
  rmSync(dir, { recursive: true, force: true })
})

interface Rank {
  readonly child: ChildProcess
  readonly id: string
}

const nextMessage = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as T))
    child.once('exit', code => reject(new Error(`a rank ended with code ${code}`)))
  })

const startRank = async (options: Record<string, unknown> = {}): Promise<Rank> => {
  const { port } = server.address() as AddressInfo
  const all = {
    dir: join(dir, 'store'),
    scope: 'machine',
    samplingIntervalMs: 200,
    country: 'FR',
    embodied: false,
    meters: [{ type: 'shelly-gen1', url: `http://127.0.0.1:${port}`, everyMs: 200 }],
    ...options,
  }
  const { EPOCHWATT_OFFLINE: _, ...own } = process.env
  const child = fork(join(dir, 'rank.mjs'), [JSON.stringify(all)], {
    env: { ...own, EPOCHWATT_JOB: 'a training', EPOCHWATT_HOST_DIR: join(dir, 'host') },
    execArgv: [],
  })
  children.push(child)
  const { id } = await nextMessage<{ id: string }>(child)
  return { child, id }
}

const stopRank = async ({ child }: Rank): Promise<RunRecord> => {
  const answer = nextMessage<{ record: RunRecord }>(child)
  child.send('stop')
  return (await answer).record
}

const journalOf = ({ id }: Rank) => readJournal(join(dir, 'store/runs', id))
const isOwner = (rank: Rank): boolean | undefined =>
  journalOf(rank).entries.findLast(entry => entry.type === 'ranks')?.owner

const joules = (record: RunRecord): number => record.energy.total_kwh!.value * 3.6e6
const spanOf = (record: RunRecord): [number, number] => {
  const start = Date.parse(record.started_at) / 1000
  return [start, start + record.duration_s]
}

describe('processes of one job', { timeout: 90_000 }, () => {
  it('divide the machine among them, go on when the owner is killed, and ask their meter once', async () => {
    const ranks = [await startRank(), await startRank(), await startRank()] as const
    await vi.waitFor(() => expect(ranks.map(isOwner)).toEqual([true, false, false]), 15_000)
    const [askedBefore, countedFrom] = [asked, performance.now()]
    await sleep(1500)
    const perSecond = ((asked - askedBefore) / (performance.now() - countedFrom)) * 1000
    // Five a second by one of them; fifteen if all asked.
    expect(perSecond).toBeLessThan(8)

    const [owner, second, third] = ranks
    owner.child.kill('SIGKILL')
    await vi.waitFor(() => expect([second, third].filter(isOwner)).toHaveLength(1), 15_000)
    await sleep(1000)
    const records = [await stopRank(second), await stopRank(third)]
    const { recovered } = recoverRuns(join(dir, 'store'))
    const killed =
      recovered.find(({ id }) => id === owner.id) ??
      (JSON.parse(readFileSync(join(dir, 'store/runs', owner.id, 'record.json'), 'utf8')) as RunRecord)
    const all = [killed, ...records]

    expect(all.map(({ ranks: figure }) => figure?.most)).toEqual([3, 3, 3])
    expect(all.map(({ ranks: figure }) => figure!.owner)[0]).toBe(true)
    for (const record of all) {
      expect(record.sensors.find(({ id }) => id === 'meter/shelly-gen1')).toMatchObject({ state: 'used' })
      expect(record.ranks!.divided_share).toBeLessThan(0.7)
    }
    const spans = all.map(spanOf)
    const seconds = Math.max(...spans.map(([, end]) => end)) - Math.min(...spans.map(([start]) => start))
    const sum = all.reduce((total, record) => total + joules(record), 0)
    // Started at is in milliseconds.
    expect(sum).toBeLessThanOrEqual(WATTS * (seconds + 0.005))
    // Nearly all of it is booked: what is missing lies around the death that nobody saw at once.
    expect(sum).toBeGreaterThan(0.5 * WATTS * seconds)
    // The last one to go has tidied up.
    expect(readdirSync(join(dir, 'host'))).toEqual([])
  })

  it('are alone where nobody names a job', async () => {
    const rank = await startRank()
    const other = await startRank({ job: 'another' })
    await sleep(500)
    const [a, b] = [await stopRank(rank), await stopRank(other)]
    expect([a.ranks, b.ranks]).toEqual([undefined, undefined])
    expect(joules(a) / a.duration_s).toBeCloseTo(WATTS, 3)
  })
})
