import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildIoReportStub, findCompiler, type IoReportStub } from '@epochwatt/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testSensor } from '../../testing/test-sensor.js'
import { loadKoffi } from '../koffi.js'
import type { MachineFacts } from '../sensor.js'
import { appleProvider } from './apple-provider.js'
import { bindIoReport } from './bind-io-report.js'
import { discoverApple } from './discover-apple.js'
import { energySpecs } from './energy-channels.js'
import { energySession } from './energy-session.js'
import type { IoChannel, IoReport } from './io-report.js'
import { openChannel } from './open-apple.js'
import { readReport } from './powermetrics-report.js'
import { PowermetricsStream } from './powermetrics-stream.js'

/** As an M1 shows them; later chips differ in units and have more. */
const CHANNELS: readonly IoChannel[] = [
  { name: 'ECPU', unit: 'mJ', value: 100 },
  { name: 'PCPU', unit: 'mJ', value: 900 },
  { name: 'CPU Energy', unit: 'mJ', value: 1000 },
  { name: 'GPU Energy', unit: 'nJ ', value: 5_000_000_000 },
  { name: 'GPU SRAM', unit: 'mJ', value: 3 },
  { name: 'ANE', unit: 'mJ', value: 0 },
  { name: 'DRAM', unit: 'uJ', value: 70_000 },
  { name: 'DISP', unit: 'mJ', value: 4 },
  { name: 'CPU Energy of tomorrow', unit: 'mJ', value: 4 },
]
const specs = (channels: readonly IoChannel[]) => energySpecs(channels, { koffi: 'koffi' })

describe('channels of the energy model', () => {
  it('are taken where they are whole blocks: neither clusters nor what is not known', () => {
    expect(specs(CHANNELS).map(({ id, component }) => `${id} ${component}`)).toEqual([
      'apple/cpu cpu',
      'apple/gpu gpu',
      'apple/ane other',
      'apple/dram memory',
    ])
  })

  it('have the unit of their label, each its own', () => {
    expect(specs(CHANNELS).map(({ scale }) => scale)).toEqual([1e-3, 1e-9, 1e-3, 1e-6])
    expect(specs([{ name: 'CPU Energy', unit: 'kJ', value: 1 }])).toEqual([])
  })

  it('are those of both dies on chips that have two', () => {
    const two = ['DIE_0_CPU Energy', 'DIE_1_CPU Energy', 'DIE_0_GPU Energy', 'DIE_1_ANE1'].map(name => ({
      name,
      unit: 'mJ',
      value: 1,
    }))
    expect(specs(two).map(({ id }) => id)).toEqual([
      'apple/die-0-cpu',
      'apple/die-1-cpu',
      'apple/die-0-gpu',
      'apple/die-1-ane1',
    ])
  })
})

describe('a channel as a sensor', () => {
  let failing = false
  const report: IoReport = {
    energyModel() {
      if (failing) throw Object.assign(new Error('gone'), { code: 'EIO' })
      return CHANNELS
    },
  }
  let now = 0
  const [spec] = specs(CHANNELS)
  // Each reading is of another round.
  const open = () =>
    openChannel(
      spec!,
      energySession(report, () => (now += 1000)),
    )
  const check = {
    spec: spec!,
    open,
    fail: () => {
      failing = true
    },
    recover: () => {
      failing = false
    },
  }
  it.each([...testSensor(check)])('%s', (_, verify) => verify())

  it('shares one question with the others of its round', () => {
    let asked = 0
    const counting: IoReport = {
      energyModel() {
        asked++
        return CHANNELS
      },
    }
    const session = energySession(counting, () => 0)
    for (const each of specs(CHANNELS)) openChannel(each, session).read()
    expect(asked).toBe(1)
  })
})

describe('discovery', () => {
  const settings = (more: Record<string, unknown> = {}) => ({
    settings: { koffi: 'k', isRoot: false, ...more },
  })
  const report = (channels: readonly IoChannel[]) => () => ({ energyModel: () => channels })
  const broken = () => {
    throw new Error('image not found')
  }

  it('takes IOReport, which needs no privilege', () => {
    expect(discoverApple(settings(), report(CHANNELS))).toMatchObject({
      unavailable: [],
      sensors: { length: 4 },
    })
  })

  it('says why it could not, and what would help, where not even powermetrics is allowed', () => {
    expect(discoverApple(settings(), broken)).toMatchObject({
      sensors: [],
      unavailable: [
        { state: 'broken', reason: 'IOReport cannot be read: image not found' },
        { id: 'powermetrics', state: 'locked', remedy: expect.stringContaining('as root') },
      ],
    })
    expect(discoverApple({ settings: { isRoot: false } }).unavailable[0]).toMatchObject({
      reason: expect.stringContaining('koffi'),
      remedy: 'npm install koffi',
    })
    expect(discoverApple(settings(), report([])).unavailable[0]!.reason).toContain(
      'none of the energy channels',
    )
  })

  it('turns to powermetrics as root', () => {
    const { sensors, unavailable } = discoverApple(settings({ isRoot: true }), broken)
    expect(sensors.map(({ id }) => id)).toEqual([
      'powermetrics/cpu',
      'powermetrics/gpu',
      'powermetrics/ane',
      'powermetrics/dram',
    ])
    expect(unavailable).toHaveLength(1)
    for (const spec of sensors) for (const verify of testSensor({ spec }).values()) verify()
  })

  it('is left to the thread of the sampler, on Apple chips only', () => {
    const probe = (platform: NodeJS.Platform, cpuModel: string) =>
      appleProvider.probe(
        { platform, sysfsRoot: '', procRoot: '', machine: { cpuModel } as MachineFacts },
        {},
      )
    expect(probe('darwin', 'Apple M3 Max').deferred).toMatchObject([{ provider: 'apple' }])
    expect(probe('darwin', 'Intel(R) Core(TM) i7').unavailable).toMatchObject([{ state: 'absent' }])
    expect(probe('linux', 'Apple M1')).toEqual({ sensors: [], unavailable: [] })
  })
})

const plist = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n${body}\n</dict>\n</plist>\n`

describe('a report of powermetrics', () => {
  const older = (elapsedNs: number): string =>
    plist(
      `<key>elapsed_ns</key><integer>${elapsedNs}</integer>\n<key>processor</key><dict>` +
        '<key>clusters</key><array><dict><key>power</key><real>9</real></dict></array>' +
        '<key>ane_energy</key><integer>0</integer><key>cpu_energy</key><integer>3000</integer>' +
        '<key>gpu_energy</key><integer>500</integer><key>cpu_power</key><real>2990.1</real></dict>',
    )

  it('is divided by the time that passed, not by the second that was asked for', () => {
    expect(readReport(older(1_000_000_000))).toEqual({ cpu: 3, gpu: 0.5, ane: 0 })
    expect(readReport(older(1_500_000_000)).cpu).toBeCloseTo(2, 12)
  })

  it('may have power alone, in milliwatts', () => {
    expect(
      readReport(plist('<key>elapsed_ns</key><integer>7</integer><key>cpu_power</key><real>1234.5</real>')),
    ).toEqual({ cpu: 1.2345 })
  })

  it('may have nothing', () => {
    expect(readReport(plist('<key>cpu_energy</key><integer>x</integer>'))).toEqual({})
    expect(readReport('')).toEqual({})
  })

  // The stand-in is a shell script, which Windows cannot run.
  describe.skipIf(process.platform === 'win32')('in a stream', () => {
    let dir: string
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'epochwatt-powermetrics-'))
    })
    afterEach(() => rmSync(dir, { recursive: true, force: true }))

    const fake = (script: string): string => {
      writeFileSync(join(dir, 'report'), older(1_000_000_000))
      const path = join(dir, 'powermetrics')
      writeFileSync(path, `#!/bin/sh\n${script.replaceAll('REPORT', `"${join(dir, 'report')}"`)}\n`)
      chmodSync(path, 0o755)
      return path
    }
    const until = async (read: () => number): Promise<number> => {
      for (let attempt = 0; attempt < 200; attempt++) {
        const watts = read()
        if (!Number.isNaN(watts)) return watts
        await sleep(20)
      }
      return Number.NaN
    }

    it('is read when it is whole, though written in pieces, with zero bytes between', async () => {
      const command = fake(`head -c 200 REPORT; sleep 0.2; tail -c +201 REPORT; printf '\\0'; exec sleep 20`)
      const stream = new PowermetricsStream(command, [], () => performance.now())
      expect(stream.read('cpu')).toBeNaN()
      expect(await until(() => stream.read('cpu'))).toBe(3)
      expect(stream.read('gpu')).toBe(0.5)
      expect(stream.read('dram')).toBeNaN()
      stream.close()
      expect(stream.read('cpu')).toBe(3)
    })

    it('says nothing any more when nothing was heard for some seconds', async () => {
      let now = 0
      const stream = new PowermetricsStream(fake('cat REPORT; exec sleep 20'), [], () => now)
      expect(await until(() => stream.read('cpu'))).toBe(3)
      now = 4001
      expect(stream.read('cpu')).toBeNaN()
      stream.close()
    })
  })
})

const compiler = findCompiler()
const KOFFI = createRequire(import.meta.url).resolve('koffi')

describe.skipIf('missing' in compiler)(
  `IOReport by FFI${'missing' in compiler ? ` (skipped: ${compiler.missing})` : ''}`,
  () => {
    let stub: IoReportStub
    beforeAll(() => {
      if ('path' in compiler) stub = buildIoReportStub(compiler.path, KOFFI)
    })
    afterAll(() => stub?.dispose())
    beforeEach(() => stub.reset())
    const bind = () => bindIoReport(loadKoffi(KOFFI), { foundation: stub.path, reporting: stub.path })

    it('gives names, units and values, large ones too', () => {
      stub.setChannel(0, 'CPU Energy', 'mJ', 1000)
      stub.setChannel(1, 'GPU Energy', 'nJ', 2 ** 52)
      expect(bind().energyModel()).toEqual([
        { name: 'CPU Energy', unit: 'mJ', value: 1000 },
        { name: 'GPU Energy', unit: 'nJ', value: 2 ** 52 },
      ])
    })

    it('releases what it makes: a run of days asks a hundred thousand times', () => {
      stub.setChannel(0, 'CPU Energy', 'mJ', 1)
      const report = bind()
      report.energyModel()
      const live = stub.live()
      for (let round = 0; round < 100; round++) report.energyModel()
      expect(stub.live()).toBe(live)
    })

    it('fails with a code where there is no energy model, as in virtual machines', () => {
      stub.setModel(false)
      expect(bind).toThrow(expect.objectContaining({ code: 'ENOTSUP' }))
    })
  },
)

describe.skipIf(process.platform !== 'darwin' || process.arch !== 'arm64')(
  'IOReport of this Mac (skipped elsewhere: it is a library of macOS on Apple chips)',
  () => {
    it('has energy of the processor, which grows while it works', () => {
      const report = bindIoReport(loadKoffi(KOFFI))
      const energy = (): number => report.energyModel().find(({ name }) => /CPU Energy$/.test(name))!.value
      const before = energy()
      const end = performance.now() + 500
      while (performance.now() < end);
      expect(energy()).toBeGreaterThan(before)
    })
  },
)
