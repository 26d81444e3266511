import { openStore } from '@epochwatt/core'
import * as tf from '@tensorflow/tfjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { energyCallback } from './index.js'
import { scriptedTracker } from './testing/scripted-tracker.js'
import { spyOnWarnings } from './testing/spy-on-warnings.js'
import { temporaryStore } from './testing/temporary-store.js'
import { history, tinyData, tinyModel } from './testing/tiny-training.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const store = temporaryStore()
const quiet = { verbose: 0, epochs: 2 } as const

type Failure = readonly [name: string, args: () => { x: tf.Tensor; callbacks: tf.CustomCallbackArgs[] }]

const failures: readonly Failure[] = [
  [
    'a hook of the user',
    () => ({
      x: tinyData().x,
      callbacks: [
        {
          onEpochEnd: async epoch => {
            if (epoch === 1) throw new Error('mine')
          },
        },
      ],
    }),
  ],
  ['the shape of the data', () => ({ x: tf.zeros([32, 9]), callbacks: [] })],
]

const statuses = (dir: string): string[] =>
  openStore(dir)
    .list()
    .records.map(run => run.status)
    .sort()

describe('pitfall 3: fit throws', () => {
  it.each(failures)('because of %s: the next fit of the callback is clean', async (_name, args) => {
    const dir = store()
    const callback = energyCallback({ dir })
    const { x, callbacks } = args()
    const { y } = tinyData()
    await expect(tinyModel().fit(x, y, { ...quiet, callbacks: [callback, ...callbacks] })).rejects.toThrow()

    const result = await tinyModel().fit(tinyData().x, y, { ...quiet, callbacks: callback })
    expect(history(result).energy_kwh).toHaveLength(2)
    expect(history(result).energy_kwh?.every(Number.isFinite)).toBe(true)
    // A shape error is found before any callback is called: then there is no run to fail.
    expect(statuses(dir)).toEqual(callbacks.length > 0 ? ['failed', 'finished'] : ['finished'])
  })

  it('the failed run ends where the next one begins, and says why', async () => {
    const dir = store()
    const callback = energyCallback({ dir, tf })
    const { x, y } = tinyData()
    const thrower = new tf.CustomCallback({
      onBatchEnd: async () => {
        throw new Error('mine')
      },
    })
    const model = tinyModel()
    await expect(model.fit(x, y, { ...quiet, callbacks: [callback, thrower] })).rejects.toThrow('mine')
    await model.fit(x, y, { ...quiet, callbacks: [callback] })

    const runs = openStore(dir).list().records
    const failed = runs.find(({ status }) => status === 'failed')
    const finished = runs.find(({ status }) => status === 'finished')
    expect(failed?.status_reason).toContain('model.fit probably threw')
    expect(failed?.epochs).toMatchObject([{ index: 0 }])
    expect(finished?.epochs.map(({ complete }) => complete)).toEqual([true, true])
    expect(Date.parse(failed?.ended_at ?? '')).toBeLessThanOrEqual(Date.parse(finished?.started_at ?? ''))
  })

  it('in a search with a callback for each trial, the next trial closes it where its model tells', async () => {
    const dir = store()
    const { x, y } = tinyData()
    const thrower = new tf.CustomCallback({
      onEpochEnd: async () => {
        throw new Error('mine')
      },
    })
    const trial = (...more: tf.CustomCallback[]) =>
      tinyModel().fit(x, y, { ...quiet, callbacks: [energyCallback({ dir, tf }), ...more] })
    await expect(trial(thrower)).rejects.toThrow('mine')
    await trial()
    expect(statuses(dir)).toEqual(['failed', 'finished'])
  })

  it('a tracker of the user goes on, with a note', async () => {
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker, tf })
    const { x, y } = tinyData()
    const model = tinyModel()
    const thrower = new tf.CustomCallback({
      onEpochEnd: async () => {
        throw new Error('mine')
      },
    })
    await expect(model.fit(x, y, { ...quiet, callbacks: [callback, thrower] })).rejects.toThrow('mine')
    await model.fit(x, y, { ...quiet, callbacks: callback })
    expect(tracker.stops).toEqual([])
    expect(tracker.warnings).toEqual([expect.stringContaining('TRAINING_FAILED')])
    expect(tracker.windows.every(({ ended }) => ended)).toBe(true)
  })
})

describe('pitfall 9: two fits at once', () => {
  const both = (first: tf.ModelFitArgs['callbacks'], second: tf.ModelFitArgs['callbacks']) => {
    const { x, y } = tinyData()
    const args = { verbose: 0, batchSize: 8 } as const
    return Promise.all([
      tinyModel().fit(x, y, { ...args, epochs: 4, callbacks: first }),
      tinyModel().fit(x, y, { ...args, epochs: 2, callbacks: second }),
    ])
  }

  it.each([
    ['as handlers', {}],
    ['as instances', { tf }],
  ])(
    'with a callback each, %s: both are measured, and each run says that times overlap',
    async (_name, given) => {
      const [a, b] = [scriptedTracker(), scriptedTracker()]
      const [first, second] = await both(
        energyCallback({ tracker: a, ...given }),
        energyCallback({ tracker: b, ...given }),
      )
      expect(history(first).energy_kwh).toEqual(Array(4).fill(0.001))
      expect(history(second).energy_kwh).toEqual(Array(2).fill(0.001))
      for (const { warnings } of [a, b])
        expect(warnings).toEqual([expect.stringContaining('TRAININGS_OVERLAP')])
    },
  )

  it('with one instance: one run of both without epochs, ended with the last, and a warning', async () => {
    const warnings = spyOnWarnings()
    const dir = store()
    const callback = energyCallback({ dir, tf })
    const [first, second] = await both(callback, callback)
    expect(history(first).energy_kwh).toHaveLength(4)
    expect(history(second).energy_kwh).toHaveLength(2)
    expect([...history(first).energy_kwh!, ...history(second).energy_kwh!].every(Number.isNaN)).toBe(true)
    expect(warnings()).toEqual([expect.stringContaining('its own energyCallback()')])

    const runs = openStore(dir).list().records
    expect(runs.map(({ status }) => status)).toEqual(['finished'])
    expect(runs[0]?.warnings.map(({ code }) => code)).toContain('CALLBACK_SHARED')
    expect(runs[0]?.epochs).toEqual([])
  })

  it('with one handler object: the second is measured, and a warning', async () => {
    const warnings = spyOnWarnings()
    const callback = energyCallback({ tracker: scriptedTracker() })
    const [first, second] = await both(callback, callback)
    expect(history(first).energy_kwh).toEqual(Array(4).fill(Number.NaN))
    expect(history(second).energy_kwh).toEqual(Array(2).fill(0.001))
    expect(warnings()).toEqual([expect.stringContaining('its own energyCallback()')])
  })

  it('one after the other is no overlap', async () => {
    const trackers = [scriptedTracker(), scriptedTracker()]
    const { x, y } = tinyData()
    for (const tracker of trackers) {
      await tinyModel().fit(x, y, { ...quiet, callbacks: energyCallback({ tracker }) })
    }
    expect(trackers.flatMap(({ warnings }) => warnings)).toEqual([])
  })
})
