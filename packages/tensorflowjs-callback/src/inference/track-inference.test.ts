import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, startTracking } from '@epochwatt/core'
import * as tf from '@tensorflow/tfjs'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'
import { trackInference, trackPredict } from '../index.js'
import { runNode } from '../testing/run-script.js'
import { figuresOf, scriptedTracker } from '../testing/scripted-tracker.js'
import { temporaryStore } from '../testing/temporary-store.js'
import { tinyModel } from '../testing/tiny-training.js'
import { CallTally } from './call-tally.js'

const store = temporaryStore()
const services: { stop(): Promise<unknown> }[] = []
const kept = <S extends { stop(): Promise<unknown> }>(service: S): S => {
  services.push(service)
  return service
}
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop()
})

/** A service that has taken 1 kWh and 100 g when it is asked, whatever it did. */
const tracker = () =>
  scriptedTracker(() => ({ ...figuresOf(1, 10), staticKwh: { ...figuresOf(0.25).energyKwh! } }))

describe('trackInference', () => {
  it('divides energy and carbon by the units, with the interval and the static share', async () => {
    const answer = kept(trackInference((text: string) => text.length, { per: 'request', tracker: tracker() }))
    for (const text of ['a', 'bb', 'ccc', 'dddd']) expect(answer(text)).toBe(text.length)
    expect(answer.figures()).toMatchObject({
      per: 'request',
      calls: 4,
      failedCalls: 0,
      units: 4,
      energyPerUnitKwh: {
        value: 0.25,
        low: expect.closeTo(0.225, 12),
        high: expect.closeTo(0.275, 12),
        unit: 'kWh/request',
        tier: 'modelled',
        method: 'scripted; divided by 4 requests',
      },
      carbonPerUnitGrams: { value: 25, unit: 'gCO2e/request' },
      staticShare: 0.25,
      durationSeconds: 10,
    })
  })

  it('counts tokens as it is told, also of what comes later', async () => {
    const generate = kept(
      trackInference(async (words: number) => ({ tokens: words * 2 }), {
        per: 'token',
        count: ({ tokens }, [words]) => tokens + words,
        tracker: tracker(),
      }),
    )
    expectTypeOf(generate).toBeCallableWith(3)
    await Promise.all([generate(3), generate(5)])
    expect(generate.figures()).toMatchObject({ calls: 2, units: 24 })
  })

  it.each([
    ['rows of a tensor', tf.zeros([7, 4]), 7],
    ['rows of the first of several', [tf.zeros([3, 4]), tf.zeros([3, 2])], 3],
    ['entries of a list', [[1], [2]], 2],
  ])('counts samples: %s', (_name, input, expected) => {
    const classify = kept(trackInference((_: unknown) => 0, { per: 'sample', tracker: tracker() }))
    classify(input)
    expect(classify.figures().units).toBe(expected)
  })

  it('passes on what is thrown and rejected, and `this`; that energy serves no unit', async () => {
    const service = {
      name: 'mine',
      say: kept(
        trackInference(
          function (this: { name: string }, how: string): string | Promise<string> {
            if (how === 'throw') throw new Error(`${this.name} threw`)
            return how === 'reject' ? Promise.reject(new Error(`${this.name} rejected`)) : this.name
          },
          { per: 'request', tracker: tracker() },
        ),
      ),
    }
    expect(service.say('well')).toBe('mine')
    expect(() => service.say('throw')).toThrow('mine threw')
    await expect(service.say('reject')).rejects.toThrow('mine rejected')
    expect(service.say.figures()).toMatchObject({ calls: 3, failedCalls: 2, units: 1 })
  })

  it('a count that fails costs the unit and one warning, not the call', () => {
    const scripted = tracker()
    const service = kept(
      trackInference(() => 'answer', {
        per: 'token',
        count: () => {
          throw new Error('no tokens here')
        },
        tracker: scripted,
      }),
    )
    expect([service(), service()]).toEqual(['answer', 'answer'])
    expect(service.figures().energyPerUnitKwh).toBeUndefined()
    expect(scripted.warnings).toEqual([expect.stringContaining('UNITS_UNKNOWN')])
  })

  it('becomes a run whose size does not depend on the number of calls', async () => {
    const dir = store()
    const work = (x: number) => Math.sqrt(x)
    const service = kept(
      trackInference(work, { per: 'request', dir, country: 'FR', params: { model: 'root' } }),
    )
    for (let call = 0; call < 20_000; call++) service(call)
    const record = await service.stop()
    expect(record).toMatchObject({
      status: 'finished',
      params: { inference_per: 'request', model: 'root' },
      metrics: { inference_calls: 20_000, inference_units: 20_000, inference_failed_calls: 0 },
    })
    const { energy, metrics } = record!
    expect(metrics.energy_per_request_kwh! * 20_000).toBeCloseTo(energy.total_kwh!.value, 6)
    expect(metrics.inference_static_share).toBeGreaterThanOrEqual(0)
    const events = join(openStore(dir).runDirectory(record!.id), 'events.jsonl')
    expect(readFileSync(events, 'utf8').split('\n').length).toBeLessThan(40)
    expect(statSync(events).size).toBeLessThan(100_000)
    expect(await service.stop()).toEqual(record)
  })

  it('switched off, serves and counts, and knows no energy', async () => {
    const dir = store()
    const service = trackInference(() => 1, { per: 'request', dir, disabled: true })
    expect(service()).toBe(1)
    expect(service.figures()).toEqual({
      per: 'request',
      calls: 1,
      failedCalls: 0,
      units: 1,
      busyShare: 0,
      durationSeconds: 0,
    })
    expect(await service.stop()).toBeUndefined()
    expect(openStore(dir).list().records).toEqual([])
  })

  it('leaves a run that it was given running', async () => {
    const run = startTracking({ dir: store() })
    const service = trackInference(() => 1, { per: 'request', tracker: run })
    service()
    expect(await service.stop()).toBeUndefined()
    expect(run.isStopped).toBe(false)
    expect((await run.stop())?.metrics.inference_units).toBe(1)
  })

  it('nobody has stopped ends with the process', async () => {
    const dir = store()
    const { code, stderr } = await runNode(dir, [
      '--input-type=module',
      '--eval',
      `import { trackInference } from '@epochwatt/tensorflowjs-callback'
       const service = trackInference(async () => 1, { per: 'request' })
       await service()`,
    ])
    expect(code, stderr).toBe(0)
    expect(openStore(dir).list().records).toMatchObject([
      { status: 'finished', metrics: { inference_units: 1 } },
    ])
  })

  it.each([
    [{ per: 'joke' }, /"per"/],
    [{ per: 'token' }, /"count"/],
    [{ per: 'token', count: 3 }, /"count" is 3/],
    [{ per: 'request', pue: 0 }, /"pue"/],
    [{ per: 'request', tracker: {} }, /"tracker"/],
    [{ per: 'request', tracker: scriptedTracker(), pue: 1.1 }, /"pue" .* only without "tracker"/],
  ])('refuses %o', (options, message) => {
    expect(() => trackInference(() => 1, options as never)).toThrow(message)
  })
})

describe('trackPredict', () => {
  it('measures per sample, and leaves the model and its predictions as they are', async () => {
    const model = tinyModel()
    const { predict: before } = model
    const predict = kept(trackPredict(model, { dir: store() }))
    const x = tf.ones([5, 4])
    const [theirs, ours] = [model.predict(x), predict(x)].map(each => (each as tf.Tensor).dataSync())
    expect(ours).toEqual(theirs)
    expect(model.predict).toBe(before)
    const record = await predict.stop()
    expect(record).toMatchObject({
      params: { inference_per: 'sample', total_params: 15 },
      metrics: { inference_calls: 1, inference_units: 5 },
    })
  })
})

describe('a model that has never been built', () => {
  it('is measured without its sizes', async () => {
    const predict = kept(trackPredict(tf.sequential(), { dir: store() }))
    expect(() => predict(tf.ones([1, 4]))).toThrow()
    const record = await predict.stop()
    expect(record?.params).toMatchObject({ inference_per: 'sample', layers: 0 })
    expect(record?.metrics).toMatchObject({ inference_failed_calls: 1 })
  })
})

describe('time with a call under way', () => {
  it('counts calls at the same time once', () => {
    let now = 0
    const tally = new CallTally(() => now)
    tally.begin()
    now = 1000
    tally.begin()
    now = 2000
    tally.end(1)
    now = 3000
    tally.fail()
    now = 9000
    expect(tally.busySeconds()).toBe(3)
    tally.begin()
    now = 10_000
    expect(tally.busySeconds()).toBe(4)
    expect([tally.calls, tally.failedCalls, tally.units]).toEqual([3, 1, 1])
  })
})
