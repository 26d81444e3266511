import { afterEach, describe, expect, it, vi } from 'vitest'
import { energyCallback, type TrainingLogs } from './index.js'
import { scriptedTracker } from './testing/scripted-tracker.js'
import { spyOnWarnings } from './testing/spy-on-warnings.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A scalar that a GPU has still to compute: others wait for it, and it says when it is done. */
const pending = (value: number, done: () => void) => ({
  data: async () => {
    await new Promise(resolve => setTimeout(resolve, 5))
    done()
    return Float32Array.of(value)
  },
  dispose: vi.fn(),
})

describe('pitfall 13: an asynchronous device', () => {
  it('is waited for before the epoch ends, and its tensors are left for History', async () => {
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker })
    const loss = pending(0.5, () => tracker.events.push('device is done'))
    const logs: TrainingLogs = { loss }
    await callback.onTrainBegin({})
    await callback.onEpochBegin(0, {})
    await callback.onEpochEnd(0, logs)

    expect(tracker.events).toEqual(['begin epoch 0', 'device is done', 'end epoch 0'])
    expect(tracker.windows[0]?.metrics).toEqual({ loss: 0.5 })
    expect(logs).toEqual({ loss, energy_kwh: 0.001, carbon_g: 0.1 })
    expect(loss.dispose).not.toHaveBeenCalled()
  })

  it('is waited for after each batch where validation is told apart by the time of batches', async () => {
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker, splitValidation: true })
    const params = { samples: 40, batchSize: 10, doValidation: true, epochs: 1, verbose: 0 }
    callback.setParams(params)
    callback.setModel({ isTraining: true })
    await callback.onTrainBegin({})
    await callback.onEpochBegin(0, {})
    for (let batch = 0; batch < 4; batch++) {
      await callback.onBatchBegin?.(batch)
      const loss = pending(0.5, () => tracker.events.push(`device is done with batch ${batch}`))
      // The last one evaluates too: as long as the others' device takes, and more.
      if (batch === 3) await new Promise(resolve => setTimeout(resolve, 400))
      await callback.onBatchEnd?.(batch, { loss })
    }
    await callback.onEpochEnd(0, { val_loss: 0.5 })
    expect(tracker.events).toEqual([
      'begin epoch 0',
      ...[0, 1, 2, 3].map(batch => `device is done with batch ${batch}`),
      'begin train',
      'end train',
      'begin validation',
      'end validation',
      'end epoch 0',
    ])
  })

  it('that fails costs a metric and not the epoch: whoever reads the tensor next meets the error', async () => {
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker })
    const lost = { data: () => Promise.reject(new Error('device lost')) }
    const logs: TrainingLogs = { loss: lost, acc: 0.5 }
    await callback.onTrainBegin({})
    await callback.onEpochBegin(0, {})
    await callback.onEpochEnd(0, logs)
    expect(logs).toMatchObject({ loss: lost, acc: 0.5, energy_kwh: 0.001 })
    expect(tracker.windows[0]?.metrics).toMatchObject({ acc: 0.5 })
  })
})

describe('hooks called otherwise than fit does', () => {
  it('do no harm without a beginning, or unbound', async () => {
    const warnings = spyOnWarnings()
    const { onEpochBegin, onEpochEnd, onTrainEnd } = energyCallback({ tracker: scriptedTracker() })
    const logs: TrainingLogs = {}
    await onEpochBegin(0)
    await onEpochEnd(0, logs)
    await onEpochEnd(0)
    await onTrainEnd()
    expect(logs).toEqual({ energy_kwh: Number.NaN, carbon_g: Number.NaN })
    expect(warnings()).toEqual([])
  })

  it('say that a tracker given to them was stopped already', async () => {
    const warnings = spyOnWarnings()
    const tracker = scriptedTracker()
    const callback = energyCallback({ tracker })
    await tracker.stop()
    await callback.onTrainBegin()
    await callback.onEpochBegin(0)
    expect(warnings()).toEqual([expect.stringContaining('has been stopped')])
    expect(tracker.windows).toEqual([])
  })
})

describe('what follows from an epoch', () => {
  it('may fail without costing the figures: a budget action that throws', async () => {
    const warnings = spyOnWarnings()
    const action = () => {
      throw new Error('mine')
    }
    const callback = energyCallback({ tracker: scriptedTracker(), budget: { kWh: 1e-9, action } })
    const logs: TrainingLogs = {}
    await callback.onTrainBegin()
    await callback.onEpochBegin(0)
    await callback.onEpochEnd(0, logs)
    expect(logs.energy_kwh).toBe(0.001)
    expect(warnings()).toEqual([expect.stringContaining('is reached'), expect.stringContaining('mine')])
  })
})
