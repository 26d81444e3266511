import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createSyntheticMachine, intelServerZones } from '@epochwatt/testing'
import { type BuildResult, build, type Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { probeEnvironment } from './environment.js'
import { openSensors } from './openers.js'
import { discoverSensors } from './registry.js'

describe('opening sensors', () => {
  it('leaves models out and keeps the order', () => {
    const machine = createSyntheticMachine({ zones: intelServerZones(2) })
    const environment = probeEnvironment(machine.env)
    const { sensors } = discoverSensors(environment)
    const open = openSensors([...sensors].reverse(), environment)
    expect(open.map(({ spec }) => spec.id)).toEqual([
      'powercap/package-1/dram',
      'powercap/package-1',
      'powercap/package-0/dram',
      'powercap/package-0',
    ])
    for (const sensor of open) {
      expect(sensor.read()).toBeGreaterThanOrEqual(0)
      sensor.close()
    }
    machine.dispose()
  })

  it('of a provider that nobody knows reads NaN and says so', () => {
    const machine = createSyntheticMachine({ zones: intelServerZones(1) })
    const environment = probeEnvironment(machine.env)
    const [spec] = discoverSensors(environment).sensors
    const [sensor] = openSensors([{ ...spec!, provider: 'phlogiston' }], environment)
    machine.dispose()
    expect(sensor!.read()).toBeNaN()
    expect(sensor!.error()).toBe('ENOSYS')
  })
})

describe('what the sampler opens', () => {
  const bundle = (): Promise<BuildResult<{ metafile: true; write: false }>> =>
    build({
      stdin: {
        contents: `
          import { openSensors } from './openers.js'
          import { openUsageSource } from './usage/open-usage-source.js'
          import { parentPort, workerData } from 'node:worker_threads'
          const { sensors, environment } = workerData
          parentPort.postMessage({
            raws: openSensors(sensors, environment).map(sensor => sensor.read()),
            usage: openUsageSource(environment).read(),
          })`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      metafile: true,
      write: false,
      logLevel: 'silent',
    })

  const importsOf = ({ inputs }: Metafile): string[] => Object.keys(inputs).filter(path => path !== '<stdin>')

  it('is small: no data tables, no packages', async () => {
    const { metafile, outputFiles } = await bundle()
    expect(importsOf(metafile).filter(path => /\/data\/|node_modules/.test(path))).toEqual([])
    expect(outputFiles[0]!.contents.length).toBeLessThan(120_000)
  })

  it('works as one CommonJS string in a worker', async () => {
    const machine = createSyntheticMachine({ zones: intelServerZones(1) })
    const environment = probeEnvironment(machine.env)
    const { sensors } = discoverSensors(environment)
    const { outputFiles } = await bundle()
    const worker = new Worker(outputFiles[0]!.text, { eval: true, workerData: { sensors, environment } })
    const answer = await new Promise<{ raws: number[]; usage: unknown }>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    await worker.terminate()
    const here = openSensors(sensors, environment)
    expect(answer.raws).toEqual(here.map(sensor => sensor.read()))
    expect(answer.usage).toMatchObject({ busySeconds: 0 })
    for (const sensor of here) sensor.close()
    machine.dispose()
  })
})
