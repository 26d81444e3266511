import { hostname, userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { describeHardware, selectFacts } from './describe-hardware.js'

describe('the description of the hardware', () => {
  it('takes named facts over and leaves identities out', () => {
    const description = selectFacts([
      { manufacturer: 'Intel', brand: 'Core', cores: 16, physicalCores: 8, speed: 2.1, speedMax: 5.2 },
      {
        distro: 'Debian GNU/Linux',
        release: '12',
        kernel: '6.1.0',
        arch: 'x64',
        hostname: 'SECRET-host',
        fqdn: 'SECRET.example.org',
        serial: 'SECRET-os-serial',
      },
      {
        manufacturer: 'Lenovo',
        model: 'ThinkPad',
        version: 'SECRET-version',
        serial: 'SECRET-serial',
        uuid: 'SECRET-uuid',
        sku: 'SECRET-sku',
        virtual: false,
      },
      {
        controllers: [
          {
            vendor: 'NVIDIA',
            model: 'H100',
            bus: 'PCI',
            vram: 81559,
            vramDynamic: false,
            deviceId: 'SECRET-device',
            pciBus: 'SECRET-bus',
          },
        ],
        displays: [],
      },
    ])
    expect(description).toEqual({
      cpu_vendor: 'Intel',
      cpu_cores: 16,
      cpu_physical_cores: 8,
      cpu_max_ghz: 5.2,
      os: 'Debian GNU/Linux 12',
      os_kernel: '6.1.0',
      os_arch: 'x64',
      system_vendor: 'Lenovo',
      system_model: 'ThinkPad',
      gpus: [{ vendor: 'NVIDIA', model: 'H100', memory_mb: 81559 }],
    })
    expect(JSON.stringify(description)).not.toContain('SECRET')
  })

  it('leaves out what firmware fills in when it knows nothing', () => {
    const unknown = { manufacturer: 'To Be Filled By O.E.M.', model: 'System Product Name' }
    expect(selectFacts([null, null, unknown, { controllers: [], displays: [] }])).toEqual({})
  })

  it('of this machine names its operating system, and neither host nor user', async () => {
    const description = await describeHardware({ timeoutMs: 20_000 })
    expect(description.os_arch).toBe(process.arch)
    expect(Object.values(description)).not.toContain(hostname())
    expect(Object.values(description)).not.toContain(userInfo().username)
  })

  it('is empty, not an error, when there is no time', async () => {
    await expect(describeHardware({ timeoutMs: 1 })).resolves.toEqual({})
  })
})
