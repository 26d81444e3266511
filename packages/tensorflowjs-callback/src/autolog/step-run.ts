import { startTracking, type Tracker } from '@epochwatt/core'
import { endedBefore, endWithProcess } from '../end-with-process.js'
import { growingWindows } from '../growing-windows.js'
import { type CallbackSettings, runOptions } from '../options.js'
import type { ModelLike } from '../tensorflow.js'
import { trainingParams } from '../training-params.js'
import { messageOf, type Warn } from '../warn.js'
import { modelFacts } from './call-facts.js'

/** Means of what `trainOnBatch` returned since the last time they were taken. */
const runningMeans = () => {
  let sums = new Map<string, { sum: number; count: number }>()
  return {
    add: (name: string, value: number): void => {
      const entry = sums.get(name) ?? { sum: 0, count: 0 }
      entry.sum += value
      entry.count++
      sums.set(name, entry)
    },
    take: (): Record<string, number> => {
      const means = Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]))
      sums = new Map()
      return means
    },
  }
}

const openRun = (tracker: Tracker) => {
  const windows = growingWindows(tracker, 'steps')
  const means = runningMeans()
  const names = new Map<ModelLike, string>()
  let steps = 0
  const nameOf = (model: ModelLike): string => {
    const known = names.get(model)
    if (known !== undefined) return known
    const name = model.name ?? `model_${names.size + 1}`
    names.set(model, name)
    return name
  }
  const metrics = (): Record<string, number> => {
    const values = { steps, ...means.take() }
    tracker.logMetrics(values)
    return values
  }
  return {
    begin: () => windows.begin(),
    end: (model: ModelLike, result: unknown): void => {
      steps++
      const values: unknown[] = Array.isArray(result) ? result : [result]
      for (const [place, value] of values.entries()) {
        const metric = model.metricsNames?.[place] ?? (place === 0 ? 'loss' : `metric_${place}`)
        if (typeof value === 'number') means.add(`${nameOf(model)}/${metric}`, value)
      }
      windows.end(metrics)
    },
    close: () => windows.close(metrics),
  }
}

/**
 * One run of the process for all of its `trainOnBatch`: which steps belong together only the user knows, as where two
 * models train each other. It begins with the first step and ends with the process.
 */
export const stepRun = (settings: CallbackSettings, warn: Warn) => {
  let tracker: Tracker | undefined
  let run: ReturnType<typeof openRun> | undefined
  let isBroken = false
  const end = {
    finish: async () => {
      run?.close()
      await tracker?.stop()
    },
    finishNow: () => {
      run?.close()
      tracker?.stopNow({ status: 'finished' })
    },
  }
  const guarded = (work: () => void): void => {
    if (isBroken) return
    try {
      work()
    } catch (error) {
      isBroken = true
      warn('AUTOLOG_ERROR', `the energy of trainOnBatch cannot be measured: ${messageOf(error)}`)
    }
  }
  const begin = (model: ModelLike): void => {
    if (!tracker) {
      const found = {
        ...trainingParams({ model, ...(settings.tf && { tf: settings.tf }) }),
        ...modelFacts(model),
      }
      tracker = startTracking(runOptions(settings, found))
      run = openRun(tracker)
      endWithProcess(end)
    }
    run?.begin()
  }
  return {
    around: async <T>(model: ModelLike, train: () => Promise<T>): Promise<T> => {
      guarded(() => begin(model))
      const result = await train()
      guarded(() => run?.end(model, result))
      return result
    },
    /** A step after this begins another run. */
    finish: async (): Promise<void> => {
      endedBefore(end)
      await end.finish()
      tracker = undefined
      run = undefined
    },
  }
}
