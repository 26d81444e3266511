import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { startTracking } from '../../tracker/start-tracking.js'
import { modelProvider } from '../model/model-provider.js'
import { acceleratorModels } from './accelerator-model.js'
import { askMetadata } from './ask-metadata.js'
import { identifyCloud } from './identify-cloud.js'

let dir: string
let server: Server | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'epochwatt-cloud-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  server?.closeAllConnections()
  server?.close()
  server = undefined
  rmSync(dir, { recursive: true, force: true })
})

/** Firmware tables below a root of their own. */
const firmware = (fields: Readonly<Record<string, string>>): string => {
  const id = join(dir, 'sys/class/dmi/id')
  mkdirSync(id, { recursive: true })
  for (const [name, text] of Object.entries(fields)) writeFileSync(join(id, name), `${text}\n`)
  return join(dir, 'sys')
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void
const serve = async (handler: Handler): Promise<string> => {
  server = createServer(handler)
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const aws: Handler = ({ method, url, headers }, response) => {
  const knows = headers['x-aws-ec2-metadata-token'] === 'T0KEN=='
  if (method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds'])
    response.end('T0KEN==')
  else if (!knows) response.writeHead(401).end()
  else if (url === '/latest/meta-data/instance-type') response.end('g5.12xlarge')
  else if (url === '/latest/meta-data/placement/region') response.end('eu-north-1')
  else response.writeHead(404).end()
}
const gcp: Handler = ({ url, headers }, response) => {
  if (headers['metadata-flavor'] !== 'Google') response.writeHead(403).end()
  else if (url === '/computeMetadata/v1/instance/machine-type')
    response.writeHead(200, { 'metadata-flavor': 'Google' }).end('projects/123/machineTypes/a2-highgpu-1g')
  else if (url === '/computeMetadata/v1/instance/zone')
    response.writeHead(200, { 'metadata-flavor': 'Google' }).end('projects/123/zones/europe-west4-b')
  else response.writeHead(404).end()
}
const azure: Handler = ({ url, headers }, response) => {
  if (headers.metadata !== 'true' || !url?.startsWith('/metadata/instance/compute?'))
    response.writeHead(400).end()
  else response.end(JSON.stringify({ location: 'swedencentral', vmSize: 'Standard_D4s_v5', name: 'my-host' }))
}

describe('the provider by firmware', () => {
  it.each([
    [
      { sys_vendor: 'Amazon EC2', product_name: 'p4d.24xlarge' },
      { provider: 'aws', instanceType: 'p4d.24xlarge' },
    ],
    [{ sys_vendor: 'Xen', product_name: 'HVM domU', bios_version: '4.11.amazon' }, { provider: 'aws' }],
    [{ sys_vendor: 'Google', product_name: 'Google Compute Engine' }, { provider: 'gcp' }],
    [
      {
        sys_vendor: 'Microsoft Corporation',
        product_name: 'Virtual Machine',
        chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77',
      },
      { provider: 'azure' },
    ],
    [{ sys_vendor: 'QEMU', chassis_asset_tag: 'OracleCloud.com' }, { provider: 'oracle' }],
  ])('%j', (fields, identity) => {
    expect(identifyCloud(firmware(fields as Record<string, string>))).toEqual(identity)
  })

  it.each([
    [{}],
    [{ sys_vendor: 'Dell Inc.', product_name: 'PowerEdge R750' }],
    [{ sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine', chassis_asset_tag: '' }],
    [{ sys_vendor: 'QEMU', product_name: 'Standard PC' }],
  ])('%j is nobody', fields => {
    expect(identifyCloud(firmware(fields as Record<string, string>))).toBeUndefined()
  })
})

describe('the metadata service', () => {
  it.each([
    ['aws', aws, { provider: 'aws', instanceType: 'g5.12xlarge', region: 'eu-north-1' }],
    ['gcp', gcp, { provider: 'gcp', instanceType: 'a2-highgpu-1g', region: 'europe-west4' }],
    ['azure', azure, { provider: 'azure', instanceType: 'Standard_D4s_v5', region: 'swedencentral' }],
  ] as const)(
    'of %s says type and region, asked by name or among all',
    async (provider, handler, identity) => {
      const base = await serve(handler)
      expect(await askMetadata({ provider, base })).toEqual(identity)
      expect(await askMetadata({ base })).toEqual(identity)
    },
  )

  it('is asked by nobody else than its own provider', async () => {
    const paths: (string | undefined)[] = []
    const base = await serve(({ url }, response) => {
      paths.push(url)
      response.writeHead(404).end()
    })
    expect(await askMetadata({ provider: 'gcp', base })).toBeUndefined()
    expect(await askMetadata({ provider: 'hetzner', base })).toBeUndefined()
    expect(paths.every(path => path?.startsWith('/computeMetadata/'))).toBe(true)
  })

  it('that does not answer is left after its 300 ms', async () => {
    const base = await serve(() => {})
    const alarm = new Promise(resolve => setTimeout(resolve, 5000, 'too late'))
    expect(await Promise.race([askMetadata({ base }), alarm])).toBeUndefined()
  })

  it.each<[string, Handler]>([
    ['a page of HTML', (_, response) => response.end('<html>log in</html>')],
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://portal/' }).end()],
    ['nothing', (_, response) => response.end()],
    ['broken JSON', (_, response) => response.end('{')],
  ])('that answers %s has said nothing', async (_what, handler) => {
    expect(await askMetadata({ base: await serve(handler) })).toBeUndefined()
  })
})

describe('accelerators of an instance type', () => {
  it('are counted by the table, between idle and all of their design power', () => {
    const [spec] = acceleratorModels('P4D.24xlarge')
    expect(spec).toMatchObject({
      component: 'gpu',
      tier: 'assumed',
      wattsByUtilisation: [1600, 1600],
      maxPowerWatts: 3200,
    })
    expect(spec!.method).toContain('8 × A100 SXM4 40GB')
  })

  it('are none of a type without any, or unknown', () => {
    expect(['m5.large', 'no-such.type', undefined].map(type => acceleratorModels(type).length)).toEqual([
      0, 0, 0,
    ])
  })

  it.each([...testSensor({ spec: acceleratorModels('g5.xlarge')[0]! })])('%s', (_, verify) => verify())
})

describe('a run on a rented machine', () => {
  const options = () => ({ dir: join(dir, 'store'), offline: false, samplingIntervalMs: 100 })
  const rented = (fields: Record<string, string> = { sys_vendor: 'Amazon EC2', product_name: 'm7g.large' }) =>
    vi.stubEnv('EPOCHWATT_SYSFS_ROOT', firmware(fields))
  const busyFor = (ms: number): void => {
    const end = performance.now() + ms
    while (performance.now() < end);
  }

  it('learns its place from the metadata service where that is allowed', async () => {
    rented()
    vi.stubEnv('EPOCHWATT_METADATA_URL', await serve(aws))
    const tracker = startTracking({ ...options(), cloudMetadata: true })
    busyFor(150)
    const record = await tracker.stop()
    expect(record!.location).toEqual({
      country: 'SE',
      provider: 'aws',
      cloud_region: 'eu-north-1',
      how: 'cloud-metadata',
    })
    expect(record!.grid.fallback).toBe(false)
    expect(record!.pue.how).toBe('cloud-region')
    expect(record!.warnings.map(({ code }) => code)).not.toContain('GRID_FALLBACK')
  })

  it('has the accelerators that only the service knows of', async () => {
    rented({ sys_vendor: 'Google', product_name: 'Google Compute Engine' })
    vi.stubEnv('EPOCHWATT_METADATA_URL', await serve(gcp))
    const tracker = startTracking({ ...options(), cloudMetadata: true })
    await new Promise(resolve => setTimeout(resolve, 150))
    const live = tracker.figures()
    const record = await tracker.stop()
    const model = record!.sensors.find(({ id }) => id === 'cloud/accelerators')
    expect(model).toMatchObject({ state: 'used', tier: 'assumed' })
    expect(record!.energy.components.gpu.kwh!.low).toBe(0)
    // 200 W of a 400 W board.
    expect(live.meanPowerWatts).toBeGreaterThan(150)
  })

  it('asks nobody without leave, nor offline', async () => {
    let asked = 0
    rented()
    vi.stubEnv(
      'EPOCHWATT_METADATA_URL',
      await serve((_, response) => {
        asked++
        response.writeHead(404).end()
      }),
    )
    const silent = await startTracking(options()).stop()
    expect(silent!.location).toEqual({ provider: 'aws', how: 'unknown' })
    await startTracking({ ...options(), cloudMetadata: true, offline: true }).stop()
    expect(asked).toBe(0)
  })

  it('keeps what its user said, with the provider beside it', async () => {
    rented()
    vi.stubEnv('EPOCHWATT_METADATA_URL', await serve(aws))
    const record = await startTracking({ ...options(), country: 'DE', cloudMetadata: true }).stop()
    expect(record!.location).toMatchObject({ country: 'DE', provider: 'aws', how: 'option' })
    expect(record!.pue.how).toBe('provider')
  })

  it('models an unknown processor by what its provider builds in', () => {
    const machine = {
      cpuModel: 'unknown',
      threads: 4,
      sockets: 1,
      memoryBytes: 16e9,
      virtual: true,
      energyFiltering: false,
    }
    const wattsAt = (provider: string) =>
      modelProvider.probe(
        { sysfsRoot: '', procRoot: '', platform: 'linux', machine: { ...machine, cloud: { provider } } },
        {},
      ).sensors[0]!.wattsByUtilisation
    expect(wattsAt('gcp')).toEqual([4 * 0.68, 4 * 4.11])
    expect(wattsAt('aws')).toEqual([4 * 0.74, 4 * 3.5])
  })
})
