import { parseRecord, type RunRecord } from '@epochwatt/core'
import { findChromium } from '@epochwatt/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LabPage, openLab } from './testing/lab-page.js'
import type {} from './testing/page-entry.js'

const chromium = findChromium()
const skipped = chromium ? '' : ' (skipped: there is no Chromium in PATH)'

const valid = (record: RunRecord | undefined): RunRecord => parseRecord(record, 'what the page gave')

describe.skipIf(!chromium)(`real trainings in a page${skipped}`, { timeout: 90_000 }, () => {
  let lab: LabPage

  beforeAll(async () => {
    lab = await openLab()
  }, 90_000)

  afterAll(() => lab?.close())

  /** Every Chromium has the first two; the others need a GPU, or one in software. */
  const isThere = (backend: string): Promise<boolean> =>
    lab.page.evaluate(async backend => {
      const { tf } = globalThis.lab
      return (await tf.setBackend(backend).catch(() => false)) && tf.getBackend() === backend
    }, backend)

  it.for(['cpu', 'wasm', 'webgl', 'webgpu'])(
    'on %s: epochs, history and record',
    async (backend, { skip }) => {
      skip(!(await isThere(backend)), `${backend} is not to be had in this Chromium`)
      const result = await lab.page.evaluate(async backend => {
        const { tf, energyCallback, model, images } = globalThis.lab
        await tf.setBackend(backend)
        const { x, y } = images(200, 64)
        const energy = energyCallback({ tf, country: 'FR' })
        const trained = model(64, 16)
        const { history } = await trained.fit(x, y, {
          epochs: 3,
          batchSize: 20,
          validationSplit: 0.2,
          callbacks: [energy, tf.callbacks.earlyStopping({ monitor: 'carbon_g', patience: 10 })],
        })
        const predicted = trained.predict(x)
        const data = await (Array.isArray(predicted) ? predicted[0]! : predicted).data()
        return { history, record: energy.record, isFinite: data.every(Number.isFinite) }
      }, backend)
      const record = valid(result.record)
      expect(record).toMatchObject({
        status: 'finished',
        params: { backend, epochs: 3, optimizer_name: 'Adam' },
      })
      expect(record.energy.total_kwh).toMatchObject({ tier: 'assumed' })
      expect(result.history.energy_kwh).toHaveLength(3)
      expect(result.history.energy_kwh!.every(kwh => Number(kwh) > 0)).toBe(true)
      expect(result.history.carbon_g!.every(grams => Number(grams) > 0)).toBe(true)
      expect(result.isFinite).toBe(true)
    },
  )

  it.for(['webgl', 'webgpu'])(
    'pitfall 13: on %s an epoch ends when its device is through',
    async (backend, { skip }) => {
      skip(!(await isThere(backend)), `${backend} is not to be had in this Chromium`)
      const { waits, epochs } = await lab.page.evaluate(async backend => {
        const { tf, energyCallback, model, images } = globalThis.lab
        await tf.setBackend(backend)
        const { x, y } = images(200, 64)
        const waits: number[] = []
        // What the device has still to do when the callback before this one is through.
        const after = new tf.CustomCallback({})
        after.onEpochEnd = async (_, logs) => {
          const began = performance.now()
          const { loss } = logs as unknown as { loss: { data(): Promise<unknown> } }
          await loss.data()
          waits.push(performance.now() - began)
        }
        const energy = energyCallback({ tf })
        await model(64, 32).fit(x, y, { epochs: 3, batchSize: 20, callbacks: [energy, after] })
        const epochs = energy.record!.epochs.map(({ started_s, ended_s }) => (ended_s - started_s) * 1000)
        return { waits, epochs }
      }, backend)
      expect(waits).toHaveLength(3)
      for (const [index, wait] of waits.entries()) expect(wait).toBeLessThan(0.2 * epochs[index]!)
    },
  )

  it('knows the backend without being given tf, and takes handlers', async () => {
    const record = await lab.page.evaluate(async () => {
      const { tf, energyCallback, model, images } = globalThis.lab
      await tf.setBackend('wasm')
      const { x, y } = images(50, 16)
      const energy = energyCallback({ name: 'handlers' })
      await model(16, 4).fit(x, y, { epochs: 2, callbacks: [energy, { onEpochEnd: () => {} }] })
      return energy.record
    })
    expect(valid(record)).toMatchObject({ name: 'handlers', params: { backend: 'wasm' } })
    expect(record!.epochs).toHaveLength(2)
  })

  it('autolog makes a run of every fit, for exporters, without a folder to put a model in', async () => {
    const { records, warnings } = await lab.page.evaluate(async () => {
      const { tf, autolog, model, images } = globalThis.lab
      await tf.setBackend('cpu')
      const { x, y } = images(50, 16)
      const records: import('@epochwatt/core').RunRecord[] = []
      const exporter: import('@epochwatt/core').RunExporter = {
        name: 'kept',
        export: async batch => {
          for (const event of batch) if (event.type === 'record') records.push(event.record)
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      }
      const log = autolog(tf, { exporters: [exporter] })
      await model(16, 4).fit(x, y, { epochs: 1 })
      const failing = model(16, 4)
      await failing.fit(images(50, 9).x, y, { epochs: 1 }).catch(() => {})
      await failing
        .fit(x, y, { epochs: 1, callbacks: { onEpochEnd: () => Promise.reject(new Error('mine')) } })
        .catch(() => {})
      await log.disable()
      return { records, warnings: records.flatMap(({ warnings }) => warnings.map(({ code }) => code)) }
    })
    expect(records.map(record => valid(record).status)).toEqual(['finished', 'failed'])
    expect(records[0]!.params).toMatchObject({ x_shape: '[50,16]', total_params: 118 })
    expect(warnings).not.toContain('MODEL_NOT_SAVED')
  })

  it('trains on in a page that is hidden, and says that it was', async () => {
    const record = await lab.page.evaluate(async () => {
      const { tf, energyCallback, model, images } = globalThis.lab
      await tf.setBackend('cpu')
      const { x, y } = images(200, 64)
      const hide = (state: string): void => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
        document.dispatchEvent(new Event('visibilitychange'))
      }
      // As browsers do: no frame for a hidden page.
      const frames = globalThis.requestAnimationFrame
      globalThis.requestAnimationFrame = () => 0
      const energy = energyCallback({ tf, yieldEvery: 'batch' })
      const hidden = new tf.CustomCallback({ onTrainBegin: () => hide('hidden') })
      await model(64, 16).fit(x, y, { epochs: 2, batchSize: 20, callbacks: [energy, hidden] })
      hide('visible')
      globalThis.requestAnimationFrame = frames
      return energy.record
    })
    expect(valid(record).status).toBe('finished')
    expect(record!.warnings.map(({ code }) => code)).toContain('PAGE_HIDDEN')
  })

  it('shows itself in <epochwatt-meter> while fit runs', async () => {
    const shown = await lab.page.evaluate(async () => {
      const { tf, energyCallback, defineMeter, model, images } = globalThis.lab
      await tf.setBackend('cpu')
      defineMeter()
      const meter = document.body.appendChild(document.createElement('epochwatt-meter'))
      const { x, y } = images(400, 64)
      const states: string[] = []
      const powers = new Set<string>()
      const text = (selector: string): string => meter.shadowRoot?.querySelector(selector)?.textContent ?? ''
      const look = new tf.CustomCallback({
        onEpochEnd: async () => {
          states.push(text('.state'))
          powers.add(text('dd strong'))
        },
      })
      await model(64, 32).fit(x, y, { epochs: 4, batchSize: 10, callbacks: [energyCallback({ tf }), look] })
      return { states, powers: [...powers], after: text('.state') }
    })
    expect(new Set(shown.states)).toEqual(new Set(['measuring']))
    expect(shown.powers.every(power => / W$|^unknown$/.test(power))).toBe(true)
    expect(shown.after).toBe('finished')
  })

  it('leaves weights as they are without it, bit for bit', async () => {
    const { with: measured, without } = await lab.page.evaluate(async () => {
      const { tf, energyCallback, model, images } = globalThis.lab
      await tf.setBackend('cpu')
      const train = async (callbacks: object[]): Promise<number[]> => {
        const { x, y } = images(60, 16)
        const trained = model(16, 8)
        await trained.fit(x, y, { epochs: 3, shuffle: false, callbacks: callbacks as never })
        return trained.getWeights().flatMap(weights => [...weights.dataSync()])
      }
      return { with: await train([energyCallback({ tf })]), without: await train([]) }
    })
    expect(measured).toEqual(without)
  })
})
