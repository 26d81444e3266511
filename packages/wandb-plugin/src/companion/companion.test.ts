import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { startTracking, type Tracker } from '@epochwatt/core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeWithStock } from '../../../wandb-node-sdk-shim/src/testing/describe-stock.js'
import { hasLegacySync, runPython } from '../../../wandb-node-sdk-shim/src/testing/stock-wandb.js'
import { busyFor, directory } from '../testing/training.js'
import { type MetricsServer, type ServeMetricsOptions, serveMetrics } from './serve-metrics.js'

afterAll(directory.remove)

let tracker: Tracker
let served: MetricsServer | undefined
beforeEach(() => {
  tracker = startTracking({ dir: directory.path, country: 'FR' })
})
afterEach(async () => {
  await served?.close()
  served = undefined
  await tracker.stop()
})
const serve = async (options: ServeMetricsOptions = {}) => {
  served = await serveMetrics(tracker, { port: 0, ...options })
  return served
}

const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; body: string; type: string }>((resolve, reject) => {
    request(url, { method, headers }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', piece => (body += piece))
      const { statusCode = 0, headers: answered } = response
      response.on('end', () => resolve({ status: statusCode, body, type: answered['content-type'] ?? '' }))
    })
      .on('error', reject)
      .end()
  })

const sampleOf = (body: string, name: string) =>
  Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(body)?.[1])

describe('metrics of a run', () => {
  it('are the figures of the tracker, and grow with it', async () => {
    const { url } = await serve()
    busyFor(600)
    const first = await ask(url)
    expect(first).toMatchObject({ status: 200, type: expect.stringContaining('version=0.0.4') })
    busyFor(600)
    const { body } = await ask(url)
    const joules = sampleOf(body, 'epochwatt_run_energy_joules_total')
    expect(joules).toBeGreaterThan(sampleOf(first.body, 'epochwatt_run_energy_joules_total'))
    // A reading that comes in late corrects the figure, in either direction.
    const figure = tracker.figures().energyKwh!
    expect(joules).toBeGreaterThan(figure.low * 3.6e6)
    expect(joules).toBeLessThan(figure.high * 3.6e6)
    expect(sampleOf(body, 'epochwatt_run_energy_low_joules')).toBeLessThan(joules)
    expect(sampleOf(body, 'epochwatt_run_power_watts')).toBeGreaterThan(0)
    expect(sampleOf(body, 'epochwatt_run_carbon_grams_total')).toBeGreaterThan(0)
  })

  it('are for this machine alone: other host names and other pages are refused', async () => {
    const { url } = await serve()
    const port = new URL(url).port
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect((await ask(url, { host })).status).toBe(200)
    }
    for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, '10.0.0.1']) {
      expect((await ask(url, { host })).status).toBe(421)
    }
    expect((await ask(new URL('/other', url).href)).status).toBe(404)
    expect((await ask(url, {}, 'POST')).status).toBe(405)
    const outside = Object.values(networkInterfaces())
      .flat()
      .find(address => address && !address.internal)
    if (outside?.family === 'IPv4') {
      await expect(ask(`http://${outside.address}:${port}/metrics`)).rejects.toThrow(/ECONNREFUSED/)
    }
  })

  it('elsewhere need a token', async () => {
    const token = 'a-token-of-enough-characters'
    const { url } = await serve({ host: '0.0.0.0', token })
    const here = url.replace('0.0.0.0', '127.0.0.1')
    expect((await ask(here)).status).toBe(401)
    expect((await ask(here, { authorization: 'Bearer a-token-of-enough-characterx' })).status).toBe(401)
    expect((await ask(here, { authorization: `Bearer ${token}` })).status).toBe(200)
  })

  it.each([
    [{ host: '0.0.0.0' }, /"host" is "0.0.0.0"; accepted: a loopback address, or any with a "token"/],
    [{ port: -1 }, /"port" is -1/],
    [{ token: 'short' }, /"token" is "not shown"; accepted: 16/],
  ])('refuse %j', async (options, message) => {
    await expect(serveMetrics(tracker, options)).rejects.toThrow(message)
  })
})

const SCRIPT = `
import time, wandb
run = wandb.init(project='p', id='python')
for i in range(8):
    run.log({'loss': 1 / (i + 1)})
    time.sleep(0.25)
run.finish()
`

describeWithStock('a Python training run beside a tracker', ({ stock, dir, stub }) => {
  const ways = [
    ['without a change to its code', undefined],
    ['with a token', 'a-token-of-enough-characters'],
  ] as const
  // Each costs seconds: the older release shows that it reads the page, the current one also that it sends headers.
  it.each(hasLegacySync(stock.version) ? ways.slice(0, 1) : ways)(
    'has energy and carbon among its system metrics, %s',
    async (_how, token) => {
      const { env } = await serve(token === undefined ? {} : { token })
      const own = { ...env, WANDB_X_DISABLE_STATS: 'false', WANDB_X_STATS_SAMPLING_INTERVAL: '0.5' }
      await runPython(stock, { args: ['-c', SCRIPT], cwd: dir, url: stub().url, env: own })
      expect(stub().problems).toEqual([])
      const events = stub()
        .run('python')
        .events.map(line => JSON.parse(line) as Record<string, number>)
      const key = 'system.openmetrics.epochwatt.epochwatt_run_energy_joules_total.0'
      const joules = events.flatMap(event => event[key] ?? [])
      expect(joules.length).toBeGreaterThan(1)
      expect(joules.at(-1)).toBeGreaterThan(joules[0]!)
      expect(joules.at(-1)).toBeLessThanOrEqual(tracker.figures().energyKwh!.value * 3.6e6)
      expect(events.some(event => 'system.openmetrics.epochwatt.epochwatt_run_power_watts.0' in event)).toBe(
        true,
      )
    },
  )
})
