import { createRequire } from 'node:module'
import { buildEmiStub, type EmiStub, findCompiler } from '@epochwatt/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { loadKoffi } from '../koffi.js'
import type { MachineFacts } from '../sensor.js'
import { bindEmi } from './bind-emi.js'
import { discoverEmi } from './discover-emi.js'
import type { Emi } from './emi.js'
import { emiChannels, emiEnergy } from './emi-metadata.js'
import { openMeterDevice } from './emi-meter.js'
import { emiProvider } from './emi-provider.js'
import { emiSpec } from './emi-specs.js'
import { openEmiChannel } from './open-emi.js'

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le')
const ofLength = (text: string, bytes: number): Buffer =>
  Buffer.concat([Buffer.from(text, 'utf16le'), Buffer.alloc(bytes)], bytes)
const u16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8])

/** `EMI_METADATA_V2`. */
const metadataV2 = (names: readonly string[], unit = 0): Buffer =>
  Buffer.concat([
    ofLength('Maker', 32),
    ofLength('Model', 32),
    u16(1),
    u16(names.length),
    ...names.map(name => Buffer.concat([Buffer.from([unit, 0, 0, 0]), u16(wide(name).length), wide(name)])),
  ])
/** `EMI_METADATA_V1`. */
const metadataV1 = (name: string): Buffer =>
  Buffer.concat([
    Buffer.alloc(4),
    ofLength('Maker', 32),
    ofLength('Model', 32),
    u16(1),
    u16(wide(name).length),
    wide(name),
  ])

const measurementOf = (energies: readonly bigint[]): Buffer => {
  const buffer = Buffer.alloc(energies.length * 16)
  for (const [index, energy] of energies.entries()) {
    buffer.writeBigUInt64LE(energy, index * 16)
    buffer.writeBigUInt64LE(123n, index * 16 + 8)
  }
  return buffer
}

const SERVER = ['RAPL_Package0_PKG', 'RAPL_Package0_DRAM', 'RAPL_Package0_PP0', 'RAPL_Package0_Core3_CORE']

describe('what a device says of itself', () => {
  it('is its channels, in both versions', () => {
    expect(emiChannels(2, metadataV2(SERVER))).toEqual(SERVER.map((name, index) => ({ name, index })))
    expect(emiChannels(1, metadataV1('Battery'))).toEqual([{ name: 'Battery', index: 0 }])
  })

  it('is nothing in another version, another unit, or cut off', () => {
    expect(emiChannels(3, metadataV2(SERVER))).toEqual([])
    expect(emiChannels(2, metadataV2(SERVER, 1))).toEqual([])
    expect(emiChannels(2, Buffer.alloc(10))).toEqual([])
    expect(emiChannels(1, Buffer.alloc(10))).toEqual([])
    expect(emiChannels(2, metadataV2(SERVER).subarray(0, 70))).toEqual([])
  })

  it('is energy of 64 bits', () => {
    const measurement = measurementOf([1n, 2n ** 40n + 5n])
    expect([0, 1, 2].map(channel => emiEnergy(measurement, channel))).toEqual([1, 2 ** 40 + 5, Number.NaN])
  })
})

describe('channels of known meaning', () => {
  const spec = (name: string) => emiSpec({ name, index: 0 }, {})

  it('are packages, memory, and what lies inside a package', () => {
    expect(SERVER.map(name => spec(name)?.id)).toEqual([
      'emi/package-0-pkg',
      'emi/package-0-dram',
      'emi/package-0-pp0',
      undefined,
    ])
    expect(spec('RAPL_Package0_PKG')!.contains).toContain('emi/package-0-pp0')
    expect(spec('RAPL_Package0_PKG')!.contains).not.toContain('emi/package-0-dram')
  })

  it('count picowatt-hours: 3.6 nanojoules each', () => {
    expect(spec('RAPL_Package1_PKG')!.scale * 1e12).toBeCloseTo(3600, 9)
  })
})

interface FakeDevice {
  readonly names: readonly string[]
  energies(look: number): readonly bigint[]
  readonly isClosed?: boolean
}

const fakeEmi = (devices: readonly FakeDevice[]): Emi & { open: number; look: number } => {
  const emi = {
    look: 0,
    open: 0,
    devicePaths: () => devices.map((_, index) => `device ${index}`),
  }
  return Object.assign(emi, {
    open: (path: string) => {
      const device = devices[Number(path.slice(7))]!
      if (device.isClosed) throw new Error('access denied')
      return {
        version: 2,
        metadata: () => metadataV2(device.names),
        measurement: () => measurementOf(device.energies(emi.look)),
        close: () => {},
      }
    },
  }) as unknown as Emi & { open: number; look: number }
}

const discover = (devices: readonly FakeDevice[]) => {
  const emi = fakeEmi(devices)
  return discoverEmi(
    { settings: { koffi: 'k' } },
    () => emi,
    () => {
      emi.look++
    },
  )
}

describe('discovery', () => {
  const die: FakeDevice = {
    names: ['RAPL_Package0_PKG'],
    energies: look => [1000n + BigInt(look * 77 + look)],
  }

  it('drops the mirrored dies of one socket, and says so', () => {
    const mirror: FakeDevice = { names: ['RAPL_Package1_PKG'], energies: die.energies }
    const { sensors, unavailable } = discover([die, mirror])
    expect(sensors.map(({ id }) => id)).toEqual(['emi/package-0-pkg'])
    expect(unavailable).toMatchObject([
      {
        id: 'emi/package-1-pkg',
        state: 'broken',
        reason: expect.stringContaining('same counter as emi/package-0-pkg'),
      },
    ])
  })

  it('drops them also where they began to count at different times, or have one name', () => {
    const offset: FakeDevice = {
      names: ['RAPL_Package0_PKG'],
      energies: look => [die.energies(look)[0]! + 5000n],
    }
    expect(discover([die, offset])).toMatchObject({
      sensors: { length: 1 },
      unavailable: [{ id: 'emi/package-0-pkg-2' }],
    })
  })

  it('keeps two sockets that work alike, and counters that stand still', () => {
    const other: FakeDevice = {
      names: ['RAPL_Package1_PKG'],
      energies: look => [1000n + BigInt(look * 77 + look * look)],
    }
    expect(discover([die, other]).sensors).toHaveLength(2)
    const still: FakeDevice = { names: ['RAPL_Package0_PKG'], energies: () => [5n] }
    expect(discover([still, { ...still, names: ['RAPL_Package1_PKG'] }]).sensors).toHaveLength(2)
  })

  it('says what there is where nothing is of use', () => {
    expect(discover([]).unavailable).toMatchObject([{ id: 'emi', state: 'absent' }])
    expect(discover([{ names: ['SYS'], energies: () => [1n] }]).unavailable[0]!.reason).toContain(
      'unknown meaning: SYS',
    )
    expect(discover([{ ...die, isClosed: true }, die])).toMatchObject({
      sensors: { length: 1 },
      unavailable: [{ reason: expect.stringContaining('access denied') }],
    })
  })

  it('is left to the thread of the sampler, on Windows only', () => {
    const environment = { sysfsRoot: '', procRoot: '', machine: {} as MachineFacts }
    expect(emiProvider.probe({ ...environment, platform: 'win32' }, {}).deferred).toMatchObject([
      { provider: 'emi' },
    ])
    expect(emiProvider.probe({ ...environment, platform: 'linux' }, {})).toEqual({
      sensors: [],
      unavailable: [],
    })
  })
})

describe('a channel as a sensor', () => {
  let failing = false
  const spec = emiSpec({ name: 'RAPL_Package0_PKG', index: 0 }, { channel: 0 })!
  const emi: Emi = {
    devicePaths: () => [],
    open: () => ({
      version: 2,
      metadata: () => metadataV2(SERVER),
      measurement: () => {
        if (failing) throw Object.assign(new Error('gone'), { code: 'EIO' })
        return measurementOf([7n, 8n, 9n, 10n])
      },
      close: () => {},
    }),
  }
  let now = 0
  const check = {
    spec,
    open: () =>
      openEmiChannel(
        spec,
        openMeterDevice(emi, 'x', () => (now += 1000)),
        () => {},
      ),
    fail: () => {
      failing = true
    },
    recover: () => {
      failing = false
    },
  }
  it.each([...testSensor(check)])('%s', (_, verify) => verify())
})

const compiler = findCompiler()
const KOFFI = createRequire(import.meta.url).resolve('koffi')

describe.skipIf('missing' in compiler)(
  `EMI by FFI${'missing' in compiler ? ` (skipped: ${compiler.missing})` : ''}`,
  () => {
    let stub: EmiStub
    beforeAll(() => {
      if ('path' in compiler) stub = buildEmiStub(compiler.path, KOFFI)
    })
    afterAll(() => stub?.dispose())
    const bind = () => bindEmi(loadKoffi(KOFFI), { configuration: stub.path, kernel: stub.path })

    it('lists devices, reads what they measure and how much, and closes them', () => {
      stub.setDevices(2)
      stub.setMetadata(0, 2, metadataV2(SERVER))
      stub.setMeasurement(0, measurementOf([2n ** 45n, 2n, 3n, 4n]))
      stub.setMetadata(1, 1, metadataV1('Battery'))
      stub.setMeasurement(1, measurementOf([9n]))
      const emi = bind()
      expect(emi.devicePaths()).toEqual(['emi0', 'emi1'])
      const [server, battery] = ['emi0', 'emi1'].map(path => openMeterDevice(emi, path))
      expect(server!.channels.map(({ name }) => name)).toEqual(SERVER)
      expect([0, 1].map(channel => server!.energy(channel))).toEqual([2 ** 45, 2])
      expect(battery!.channels).toEqual([{ name: 'Battery', index: 0 }])
      expect(battery!.energy(0)).toBe(9)
      server!.close()
      battery!.close()
      expect(stub.open()).toBe(0)
    })

    it('gives a code where a device cannot be opened or does not answer', () => {
      stub.setDevices(1)
      stub.setMetadata(0, 2, metadataV2(SERVER))
      stub.setFailing(0, 2)
      expect(() => bind().open('emi0')).toThrow(expect.objectContaining({ code: 'EACCES' }))
      stub.setFailing(0, 1)
      expect(() => openMeterDevice(bind(), 'emi0')).toThrow(expect.objectContaining({ code: 'EIO' }))
      expect(stub.open()).toBe(0)
      stub.setDevices(0)
      expect(bind().devicePaths()).toEqual([])
    })
  },
)

describe.skipIf(process.platform !== 'win32')(
  'EMI of this machine (skipped elsewhere: it is part of Windows)',
  () => {
    it('lists its devices, however many there are', () => {
      expect(Array.isArray(bindEmi(loadKoffi(KOFFI)).devicePaths())).toBe(true)
    })
  },
)
