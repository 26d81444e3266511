// What a real Prometheus reads at /metrics, and what the dashboard asks of it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, startTracking, type Tracker } from '@epochwatt/core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type StoreServer, startServer } from './start-server.js'

const folder = mkdtempSync(join(tmpdir(), 'epochwatt-metrics-'))
const dir = join(folder, 'store')
let live: Tracker
let server: StoreServer

beforeAll(async () => {
  const options = { dir, country: 'FR', project: 'vision', samplingIntervalMs: 100 }
  const work = async (tracker: Tracker) => {
    await vi.waitUntil(() => (tracker.figures().energyKwh?.value ?? 0) > 0, 5000)
    return tracker
  }
  await (await work(startTracking({ ...options, tags: { team: 'a' } }))).stop()
  await (await work(startTracking(options))).stop({ status: 'failed', reason: 'diverged' })
  live = await work(startTracking({ ...options, name: 'now "on"', tags: { 'cost-centre': '7' } }))
  server = await startServer({ store: openStore(dir), host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close()
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => vi.unstubAllEnvs())

describe('/metrics', () => {
  it('has each run that goes on, and finished ones by project', async () => {
    const answer = await fetch(`${server.url}metrics`)
    expect(answer.headers.get('content-type')).toContain('version=0.0.4')
    const text = await answer.text()
    const labels = `{tag_cost_centre="7",project="vision",run="${live.id}",name="now \\"on\\""}`
    expect(text).toContain(`epochwatt_run_energy_joules_total${labels} `)
    expect(text).toContain('epochwatt_project_runs_total{project="vision",status="finished"} 1\n')
    expect(text).toContain('epochwatt_project_runs_total{project="vision",status="failed"} 1\n')
    const { records } = openStore(dir).list()
    const joules = records.reduce((sum, { energy }) => sum + energy.total_kwh!.value * 3.6e6, 0)
    const [, shown] = /epochwatt_project_energy_joules_total\{project="vision"\} (\S+)/.exec(text)!
    expect(Number(shown)).toBeCloseTo(joules, 9)
  })

  it('is given to who brings the token of one’s own choosing, where others can reach it', async () => {
    vi.stubEnv('EPOCHWATT_SERVE_TOKEN', 'a-token-of-enough-characters')
    const open = await startServer({ store: openStore(dir), host: '0.0.0.0', port: 0 })
    const url = `http://127.0.0.1:${new URL(open.url).port}/metrics`
    const ask = async (token: string) =>
      (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status
    expect(await ask('a-token-of-enough-characters')).toBe(200)
    expect(await ask('a-token-of-enough-characterx')).toBe(401)
    await open.close()
    vi.stubEnv('EPOCHWATT_SERVE_TOKEN', 'short')
    await expect(startServer({ store: openStore(dir), host: '0.0.0.0', port: 0 })).rejects.toThrow(
      'Option "EPOCHWATT_SERVE_TOKEN" is "not shown"; accepted: 16 or more',
    )
  })
})

const missing = (() => {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no prometheus on this machine'
  }
})()
if (missing && process.env.CI) throw new Error(missing)

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

/** Panels whose figures need more than one look of Prometheus at a counter that grew: they may be empty here. */
const NEEDS_TIME = /increase\(/

describe.skipIf(missing)(`the dashboard on a real Prometheus${missing ? ` (${missing})` : ''}`, () => {
  it('finds data for every panel', { timeout: 90_000 }, async () => {
    const config = join(folder, 'prometheus.yml')
    const target = new URL(server.url).host
    writeFileSync(
      config,
      `scrape_configs:\n  - job_name: epochwatt\n    scrape_interval: 1s\n    static_configs: [{ targets: ["${target}"] }]\n`,
    )
    const address = `127.0.0.1:${await freePort()}`
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    )
    const ask = async (expression: string): Promise<unknown[]> => {
      const query = new URLSearchParams({ query: expression })
      const answer = await fetch(`http://${address}/api/v1/query?${query}`).catch(() => undefined)
      const body = (await answer?.json()) as { status: string; error?: string; data: { result: unknown[] } }
      if (body?.status === 'error') throw new Error(`${expression}: ${body.error}`)
      return body?.data.result ?? []
    }
    try {
      await vi.waitUntil(async () => (await ask('epochwatt_run_energy_joules_total')).length > 0, {
        timeout: 60_000,
        interval: 300,
      })
      const path = new URL('../../../../dashboards/grafana.json', import.meta.url)
      const { panels } = JSON.parse(readFileSync(path, 'utf8')) as Dashboard
      for (const { title, targets } of panels) {
        for (const { expr } of targets) {
          const found = await ask(expr.replaceAll('$project', '.*'))
          if (!NEEDS_TIME.test(expr)) expect(found.length, `${title}: ${expr}`).toBeGreaterThan(0)
        }
      }
    } finally {
      prometheus.kill()
      await once(prometheus, 'exit')
    }
  })
})
