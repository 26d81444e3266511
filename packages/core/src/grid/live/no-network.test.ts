// Real processes on the built package, in which every socket is reported.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const core = new URL('../../../dist/index.js', import.meta.url).href
let dir: string

// Up to five processes a test, each of which takes seconds where many others run.
vi.setConfig({ testTimeout: 120_000 })

/** Loaded before anything else. Pipes to child processes are no connections. */
const ALARM = `
import { appendFileSync } from 'node:fs'
import dgram from 'node:dgram'
import dns from 'node:dns'
import net from 'node:net'
import { syncBuiltinESMExports } from 'node:module'
const report = what => appendFileSync(process.env.ALARM_LOG, what + '\\n')
report('loaded')
for (const [owner, name] of [[net.Socket.prototype, 'connect'], [dns, 'lookup'], [dns.promises, 'lookup'], [dgram, 'createSocket']]) {
  const real = owner[name]
  owner[name] = function (...args) { report('network: ' + name); return Reflect.apply(real, this, args) }
}
syncBuiltinESMExports()
`

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-quiet-'))
  writeFileSync(join(dir, 'alarm.mjs'), ALARM)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const alarms = (options: string, env: Record<string, string> = {}): string[] =>
  alarmsOf(
    `
    import * as epochwatt from ${JSON.stringify(core)}
    const tracker = epochwatt.startTracking({ dir: ${JSON.stringify(join(dir, 'store'))}, ${options} })
    const epoch = tracker.window('epoch', { index: 0 })
    await new Promise(resolve => setTimeout(resolve, 300))
    epoch.end(); epoch.figures()
    const record = await tracker.stop()
    if (record?.status !== 'finished') process.exit(2)`,
    env,
  )

const alarmsOf = (script: string, env: Record<string, string> = {}): string[] => {
  const log = join(dir, 'alarms')
  writeFileSync(log, '')
  const { EPOCHWATT_OFFLINE: _, ...own } = process.env
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(join(dir, 'alarm.mjs')).href, '--input-type=module', '--eval', script],
    { env: { ...own, ...env, ALARM_LOG: log }, encoding: 'utf8', timeout: 25_000, killSignal: 'SIGKILL' },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  expect(lines[0]).toBe('loaded')
  return lines.filter(line => line.startsWith('network'))
}

/** Nobody listens there; well-known ports are not even tried by fetch. */
const gateway = `grid: epochwatt.httpJsonGrid({ name: 'gateway', url: 'http://127.0.0.1:49150/now', path: 'g', unit: 'g/kWh', zone: 'FR' })`

describe('the network', () => {
  it('is left alone by a run that did not ask for live intensity', () => {
    expect(alarms('')).toEqual([])
    expect(alarms(`country: 'FR', cloud: 'aws:eu-west-3'`)).toEqual([])
  })

  it('is left alone on a rented machine and beside meters, unless somebody allowed it', () => {
    const id = join(dir, 'sys/class/dmi/id')
    mkdirSync(id, { recursive: true })
    writeFileSync(join(id, 'sys_vendor'), 'Amazon EC2')
    const env = { EPOCHWATT_SYSFS_ROOT: join(dir, 'sys'), EPOCHWATT_METADATA_URL: 'http://127.0.0.1:49150' }
    expect(alarms('', env)).toEqual([])
    expect(alarms(`cloudMetadata: true, offline: true`, env)).toEqual([])
    expect(alarms('cloudMetadata: true', env)).toContain('network: connect')
    const meters = `meters: [{ type: 'shelly-gen2', url: 'http://127.0.0.1:49150' }]`
    expect(alarms(`${meters}, offline: true`)).toEqual([])
  })

  it('is not asked for the place of an address, unless somebody allowed it and said no place', () => {
    const byIp = `locateByIp: 'http://127.0.0.1:49150'`
    expect(alarms(`${byIp}, offline: true`)).toEqual([])
    expect(alarms(`${byIp}, country: 'FR'`)).toEqual([])
    expect(alarms(byIp)).toContain('network: connect')
  })

  it('is left alone offline, whatever was asked for', () => {
    expect(alarms(gateway, { EPOCHWATT_OFFLINE: '1' })).toEqual([])
    expect(alarms(`country: 'GB', offline: true`, { EPOCHWATT_GRID: 'uk-carbon-intensity' })).toEqual([])
  })

  it('is left alone by plans, and by runs that are computed again', () => {
    const series = join(dir, 'grid.csv')
    const hours = Array.from({ length: 8 }, (_, hour) => `2026-01-05T0${hour}:00Z,${100 + hour}`)
    writeFileSync(series, ['datetime,intensity', ...hours, ''].join('\n'))
    const planning = new URL('../../../dist/planning/index.js', import.meta.url).href
    const script = `
      import { startTracking, timeSeriesGrid } from ${JSON.stringify(core)}
      import { bestStart, estimate, rankRegions, readForecast, readPast, recompute } from ${JSON.stringify(planning)}
      const record = await startTracking({ dir: ${JSON.stringify(join(dir, 'store'))}, country: 'FR' }).stop()
      const grid = timeSeriesGrid({ path: ${JSON.stringify(series)}, unit: 'g/kWh', zone: 'FR' })
      const [from, to] = [new Date('2026-01-05T01:00Z'), new Date('2026-01-05T07:00Z')]
      estimate({ hours: 1, gpu: 'H100 SXM' })
      rankRegions({ record })
      bestStart({ course: await readForecast({ grid }, { now: from }), hours: 1, now: from })
      recompute(record, { country: 'SE' })
      recompute(record, { course: await readPast({ grid }, from, to), start: from })
      await readForecast({ gridZone: 'GB' }).then(() => process.exit(2), () => {})`
    expect(alarmsOf(script, { EPOCHWATT_OFFLINE: '1' })).toEqual([])
  })

  it('is out of reach for the thread that samples', () => {
    // No hook reaches that thread, but it is one bundled source that imports what it needs by name.
    const source = readFileSync(new URL('../../sampler/worker-source.gen.ts', import.meta.url), 'utf8')
    expect(source).toContain('node:fs')
    expect(source).not.toMatch(/node:(net|https?|http2|tls|dns|dgram)\b|\bfetch\(|WebSocket/)
  })

  it('is used, and the alarm heard, when somebody asked', () => {
    expect(alarms(gateway)).toContain('network: connect')
  })
})
