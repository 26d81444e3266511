// Real HTTP on the loopback interface; replies have the shapes that the devices document.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askMeter } from './ask-meter.js'
import type { MeterOption } from './meter-option.js'
import type { MeterSettings } from './meter-question.js'
import { readMeters } from './read-meters.js'

type Handler = (request: IncomingMessage, response: ServerResponse) => void
let server: Server
let base: string
let handle: Handler = (_, response) => response.writeHead(404).end()

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  handle = (_, response) => response.writeHead(404).end()
})

/** Answers by path and query; anything else is not found. */
const serve = (pages: Readonly<Record<string, unknown>>): void => {
  handle = ({ url = '' }, response) => {
    const page = pages[url]
    if (page === undefined) response.writeHead(404).end('not here')
    else response.writeHead(200).end(typeof page === 'string' ? page : JSON.stringify(page))
  }
}

/** The reading in watts or joules. */
const reading = async (meter: MeterOption, timeoutMs = 2000): Promise<number> => {
  const [spec] = readMeters([meter])
  return (await askMeter((spec!.settings as unknown as MeterSettings).question)(timeoutMs)) * spec!.scale
}
const failure = (meter: MeterOption, timeoutMs = 2000): Promise<string> =>
  reading(meter, timeoutMs).then(
    value => `read ${value}`,
    error => (error as { code: string }).code,
  )
const json = (): MeterOption => ({ type: 'http-json', url: `${base}/now`, path: 'w', unit: 'W' })

describe('a smart plug', () => {
  it('Shelly of the first generation: watts, and a counter in watt-minutes', async () => {
    serve({ '/meter/0': { power: 63.4, is_valid: true, total: 1200 } })
    expect(await reading({ type: 'shelly-gen1', url: base })).toBe(63.4)
    expect(await reading({ type: 'shelly-gen1', url: base, energy: true })).toBe(72_000)
  })

  it('Shelly of the second generation: watts, and a counter in watt-hours', async () => {
    serve({ '/rpc/Switch.GetStatus?id=1': { id: 1, output: true, apower: 211.5, aenergy: { total: 2.5 } } })
    expect(await reading({ type: 'shelly-gen2', url: `${base}/`, channel: 1 })).toBe(211.5)
    expect(await reading({ type: 'shelly-gen2', url: base, channel: 1, energy: true })).toBe(9000)
  })

  it('Tasmota: watts, a counter in kWh, and devices with several channels', async () => {
    serve({ '/cm?cmnd=Status%2010': { StatusSNS: { ENERGY: { Total: 0.5, Power: 87 } } } })
    expect(await reading({ type: 'tasmota', url: base })).toBe(87)
    expect(await reading({ type: 'tasmota', url: base, energy: true })).toBe(1.8e6)
    serve({ '/cm?cmnd=Status%2010': { StatusSNS: { ENERGY: { Power: [10, 20] } } } })
    expect(await reading({ type: 'tasmota', url: base, channel: 1 })).toBe(20)
    expect(await failure({ type: 'tasmota', url: base })).toBe('ENOVALUE')
  })

  it('answers a Digest challenge, as Shelly asks for one', async () => {
    handle = ({ headers }, response) => {
      const given = headers.authorization ?? ''
      if (given.startsWith('Digest username="admin"') && given.includes('algorithm=SHA-256'))
        response.end('{"apower":5}')
      else
        response
          .writeHead(401, {
            'www-authenticate': 'Digest qop="auth", realm="shelly", nonce="60dc59c6", algorithm=SHA-256',
          })
          .end()
    }
    expect(await reading({ type: 'shelly-gen2', url: base, password: 'x' })).toBe(5)
    expect(await failure({ type: 'shelly-gen2', url: base })).toBe('EUNAUTHORISED')
  })
})

describe('Home Assistant', () => {
  const meter = (): MeterOption => ({
    type: 'home-assistant',
    url: base,
    entity: 'sensor.rack',
    token: 't0k',
  })
  const state = (value: string, unit: string): void => {
    handle = ({ url, headers }, response) => {
      if (url !== '/api/states/sensor.rack' || headers.authorization !== 'Bearer t0k')
        response.writeHead(401).end()
      else response.end(JSON.stringify({ state: value, attributes: { unit_of_measurement: unit } }))
    }
  }

  it('says its unit itself', async () => {
    state('431.2', 'W')
    expect(await reading(meter())).toBe(431.2)
    state('0.4312', 'kW')
    expect(await reading(meter())).toBeCloseTo(431.2, 9)
  })

  it('may have no value, or one that is no power', async () => {
    state('unavailable', 'W')
    expect(await failure(meter())).toBe('ENOVALUE')
    state('12', 'kWh')
    expect(await failure(meter())).toBe('EUNIT')
  })
})

describe('an exporter', () => {
  it('Kepler: packages and memory, neither cores nor platform, in both of its forms', async () => {
    serve({
      '/metrics': [
        'kepler_node_cpu_joules_total{node_name="n",path="/a",zone="package"} 100',
        'kepler_node_cpu_joules_total{node_name="n",path="/b",zone="package-1"} 50',
        'kepler_node_cpu_joules_total{node_name="n",path="/c",zone="dram"} 10',
        'kepler_node_cpu_joules_total{node_name="n",path="/d",zone="core"} 70',
        'kepler_node_cpu_joules_total{node_name="n",path="/e",zone="psys"} 300',
      ].join('\n'),
    })
    expect(await reading({ type: 'kepler', url: base })).toBe(160)
    serve({
      '/metrics': [
        'kepler_node_package_joules_total{instance="n",mode="dynamic",package="0"} 40',
        'kepler_node_package_joules_total{instance="n",mode="idle",package="0"} 20',
        'kepler_node_dram_joules_total{mode="idle"} 5',
        'kepler_node_platform_joules_total{mode="idle"} 999',
      ].join('\n'),
    })
    expect(await reading({ type: 'kepler', url: base })).toBe(65)
  })

  it('Scaphandre: microjoules of the host, wherever its page is', async () => {
    serve({ '/other': 'scaph_host_energy_microjoules{} 2500000\n' })
    expect(await reading({ type: 'scaphandre', url: `${base}/other` })).toBe(2.5)
  })

  it('DCGM: each board once, also where partitions repeat it', async () => {
    const line = (uuid: string, more: string, mJ: number): string =>
      `DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="${uuid}"${more}} ${mJ}`
    serve({
      '/metrics': [
        line('GPU-a', ',GPU_I_ID="1"', 1000),
        line('GPU-a', ',GPU_I_ID="2"', 1000),
        line('GPU-b', '', 3000),
      ].join('\n'),
    })
    expect(await reading({ type: 'dcgm-exporter', url: base })).toBe(4)
  })

  it('without the metric is a failure, not 0', async () => {
    serve({ '/metrics': 'other 1\n' })
    expect(await failure({ type: 'kepler', url: base })).toBe('ENOMETRIC')
  })
})

describe('Redfish', () => {
  const login = { username: 'u', password: 'p' } as const
  it('finds the first chassis and its power control', async () => {
    serve({
      '/redfish/v1/Chassis': { Members: [{ '@odata.id': '/redfish/v1/Chassis/1U/' }] },
      '/redfish/v1/Chassis/1U/Power': {
        PowerControl: [{ PowerConsumedWatts: 344 }],
        PowerSupplies: [{ PowerInputWatts: 180 }, { PowerInputWatts: 172 }],
      },
    })
    expect(await reading({ type: 'redfish', url: base, ...login })).toBe(344)
  })

  it("reads the environment's metrics of newer boards", async () => {
    serve({ '/redfish/v1/Chassis/Self/EnvironmentMetrics': { PowerWatts: { Reading: 512 } } })
    expect(await reading({ type: 'redfish', url: base, chassis: 'Self', ...login })).toBe(512)
  })

  it('keeps its limit over all of its requests', async () => {
    handle = () => {}
    expect(await failure({ type: 'redfish', url: base, ...login }, 100)).toBe('ETIMEDOUT')
  })
})

describe('a meter that fails', () => {
  it.each<[string, Handler, string]>([
    ['is not found', (_, response) => response.writeHead(404).end(), 'EHTTP404'],
    ['refuses', (_, response) => response.writeHead(403).end(), 'EUNAUTHORISED'],
    [
      'sends elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://x/' }).end(),
      'EREDIRECT',
    ],
    ['answers no JSON', (_, response) => response.end('<html>'), 'ENOJSON'],
    ['answers null', (_, response) => response.end('{"w":null}'), 'ENOVALUE'],
    ['answers a negative number', (_, response) => response.end('{"w":-3}'), 'ENEGATIVE'],
    ['hangs up', request => request.socket.destroy(), 'ECONNRESET'],
    ['stops in the middle', (_, response) => response.writeHead(200).write('{"w"'), 'ETIMEDOUT'],
  ])('that %s gives a code, never a number', async (_what, handler, code) => {
    handle = handler
    expect(await failure(json(), 200)).toBe(code)
  })

  it('that nobody runs', async () => {
    expect(await failure({ type: 'http-json', url: 'http://127.0.0.1:9/', path: 'w', unit: 'W' })).toBe(
      'ECONNREFUSED',
    )
  })
})

// The stand-in is a shell script, which Windows cannot run.
describe.skipIf(process.platform === 'win32')('ipmitool', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'epochwatt-ipmi-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const command = (script: string): string => {
    const path = join(dir, 'ipmitool')
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const table = (watts: string, state: string): string =>
    `[ "$*" = "dcmi power reading" ] || exit 7
cat <<END

    Instantaneous power reading:                   ${watts}
    Minimum during sampling period:                 18 Watts
    Maximum during sampling period:                651 Watts
    Average power reading over sample period:      213 Watts
    IPMI timestamp:                           Mon Nov 23 10:00:00 2026
    Sampling period:                          00000001 Seconds.
    Power reading state is:                   ${state}

END`

  it('is asked for the power of now', async () => {
    expect(await reading({ type: 'ipmi', command: command(table('220 Watts', 'activated')) })).toBe(220)
  })

  it.each([
    ['measures nothing', table('0 Watts', 'deactivated'), 'EINACTIVE'],
    ['prints something else', 'echo DCMI request failed', 'ENOVALUE'],
    ['may not open the device', 'echo "Could not open device at /dev/ipmi0" >&2; exit 1', 'EACCES'],
    ['fails', 'exit 3', 'EFAILED'],
    ['hangs', 'exec sleep 20', 'ETIMEDOUT'],
  ])('that %s gives a code, never 0', async (_what, script, code) => {
    expect(await failure({ type: 'ipmi', command: command(script) }, 500)).toBe(code)
  })

  it('that is not installed gives a code', async () => {
    expect(await failure({ type: 'ipmi', command: join(dir, 'none') })).toBe('ENOENT')
  })
})
