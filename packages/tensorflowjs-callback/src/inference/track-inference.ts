import {
  checkOptions,
  OptionError,
  type Quantity,
  type RunRecord,
  startTracking,
  type Tracker,
  type TrackingOptions,
} from '@epochwatt/core'
import { endedBefore, endWithProcess } from '../end-with-process.js'
import { growingWindows } from '../growing-windows.js'
import { CallTally } from './call-tally.js'
import { INFERENCE_UNITS, type InferenceUnit, unitCounter } from './count-units.js'

type AnyFunction = (...args: never[]) => unknown

/** Options of `trackInference`: those of `startTracking`, and what to divide by. */
export interface InferenceOptions<F extends AnyFunction = AnyFunction> extends TrackingOptions {
  /** A call, a token, or one of the samples that a call takes together. */
  per: InferenceUnit
  /**
   * Units in one call. Needed for `token`. Default for `sample`: rows of the first argument's tensor, or its length.
   */
  count?: (result: Awaited<ReturnType<F>>, args: Parameters<F>) => number
  /** A run that is already being tracked; it is left running. Default: a run of its own. */
  tracker?: Tracker
}

/** What a service has taken so far. Figures per unit are absent while they are unknown, or no unit was served. */
export interface InferenceFigures {
  readonly per: InferenceUnit
  /** How many there were. */
  readonly calls: number
  /** Calls that threw: their energy counts, they serve no unit. */
  readonly failedCalls: number
  /** Units of `per` that were served. */
  readonly units: number
  /** kWh per unit, of all the service took, also while it waited for calls. */
  readonly energyPerUnitKwh?: Quantity
  /** kWh per unit of the energy above idle power: what one more unit costs, about. */
  readonly dynamicPerUnitKwh?: Quantity
  /** Share of idle power in the energy, 0 to 1: it falls with every further unit served in the same time. */
  readonly staticShare?: number
  /** gCO2e per unit, operational. */
  readonly carbonPerUnitGrams?: Quantity
  /** Share of time with a call under way, 0 to 1. */
  readonly busyShare: number
  readonly durationSeconds: number
}

/** The function as it was, and what became known of it. */
export type TrackedInference<F extends AnyFunction> = F & {
  /** About a millisecond; never throws. */
  figures(): InferenceFigures
  /** Ends the run, with the figures among its metrics. Without it, the end of the process does. */
  stop(): Promise<RunRecord | undefined>
}

const perUnit = (quantity: Quantity | undefined, units: number, per: InferenceUnit): Quantity | undefined =>
  quantity && units > 0
    ? {
        ...quantity,
        value: quantity.value / units,
        low: quantity.low / units,
        high: quantity.high / units,
        unit: `${quantity.unit}/${per}`,
        method: `${quantity.method}; divided by ${units} ${per}s`,
      }
    : undefined

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'

const metricsOf = (figures: InferenceFigures): Record<string, number> => ({
  inference_calls: figures.calls,
  inference_failed_calls: figures.failedCalls,
  inference_units: figures.units,
  inference_busy_share: figures.busyShare,
  inference_static_share: figures.staticShare ?? Number.NaN,
  [`energy_per_${figures.per}_kwh`]: figures.energyPerUnitKwh?.value ?? Number.NaN,
  [`carbon_per_${figures.per}_g`]: figures.carbonPerUnitGrams?.value ?? Number.NaN,
})

/**
 * Measures what a service takes per request, token or sample, for as long as it runs.
 *
 * Energy is that of the whole time since this call, waiting included, divided by the units served: the figure that
 * scales with the bill. Nothing is kept per call. What the function returns or throws is passed on as it is.
 *
 * @throws OptionError and EpochwattError for options that cannot be. Nothing is thrown into a call.
 * @example
 * const generate = async (question: string) => ({ text: 'One watt for a second.', tokens: 6 })
 * const answer = trackInference(generate, { per: 'token', count: result => result.tokens, country: 'FR' })
 * await answer('What is a joule?')
 * const { energyPerUnitKwh, staticShare } = answer.figures()
 */
export const trackInference = <F extends AnyFunction>(
  fn: F,
  options: InferenceOptions<F>,
): TrackedInference<F> => {
  if (typeof fn !== 'function') throw new OptionError('fn', fn, 'the function that serves a call')
  const { per, count, tracker: given, ...tracking } = options ?? {}
  if (!INFERENCE_UNITS.includes(per)) throw new OptionError('per', per, '"request", "token" or "sample"')
  if (count !== undefined && typeof count !== 'function') throw new OptionError('count', count, 'a function')
  const unitsOf = unitCounter(
    per,
    count as ((result: unknown, args: readonly unknown[]) => number) | undefined,
  )
  if (given && typeof given.window !== 'function')
    throw new OptionError('tracker', given, 'what startTracking() returned')
  const [extra] = given ? (Object.keys(tracking) as (keyof TrackingOptions)[]) : []
  if (extra)
    throw new OptionError(extra, tracking[extra], 'only without "tracker", which has options of its own')
  if (!given) checkOptions(tracking)

  const tracker = given ?? startTracking({ ...tracking, params: { inference_per: per, ...tracking.params } })
  const whole = tracker.window('inference', { per })
  const parts = growingWindows(tracker, 'inference_part')
  const tally = new CallTally()

  const figures = (): InferenceFigures => {
    const { energyKwh, staticKwh, dynamicKwh, carbonGrams, durationSeconds } = whole.figures()
    const { calls, failedCalls, units } = tally
    const energyPerUnitKwh = perUnit(energyKwh, units, per)
    const dynamicPerUnitKwh = perUnit(dynamicKwh, units, per)
    const carbonPerUnitGrams = perUnit(carbonGrams, units, per)
    return {
      per,
      calls,
      failedCalls,
      units,
      ...(energyPerUnitKwh && { energyPerUnitKwh }),
      ...(dynamicPerUnitKwh && { dynamicPerUnitKwh }),
      ...(energyKwh &&
        staticKwh &&
        energyKwh.value > 0 && { staticShare: staticKwh.value / energyKwh.value }),
      ...(carbonPerUnitGrams && { carbonPerUnitGrams }),
      busyShare: durationSeconds > 0 ? Math.min(1, tally.busySeconds() / durationSeconds) : 0,
      durationSeconds,
    }
  }
  const metrics = (): Record<string, number> => metricsOf(figures())

  let isUncounted = false
  const served = (result: unknown, args: readonly unknown[]): void => {
    let units = Number.NaN
    try {
      units = unitsOf(result, args)
    } catch {
      // Said below: a call whose units nobody can tell.
    }
    if (!isUncounted && !(Number.isFinite(units) && units >= 0)) {
      isUncounted = true
      tracker.warn(
        'UNITS_UNKNOWN',
        `some calls did not tell how many ${per}s they served: figures per ${per} are too high`,
      )
    }
    tally.end(units)
    parts.end(metrics)
  }
  const threw = (): void => {
    tally.fail()
    parts.end(metrics)
  }

  function wrapped(this: unknown, ...args: unknown[]): unknown {
    parts.begin()
    tally.begin()
    let result: unknown
    try {
      result = fn.apply(this, args as never[])
    } catch (error) {
      threw()
      throw error
    }
    if (!isThenable(result)) {
      served(result, args)
      return result
    }
    return result.then(
      value => {
        served(value, args)
        return value
      },
      (error: unknown) => {
        threw()
        throw error
      },
    )
  }

  let finalMetrics: Record<string, number> | undefined
  const close = (): void => {
    if (finalMetrics) return
    whole.end()
    finalMetrics = metrics()
    parts.close(() => finalMetrics ?? {})
    whole.logMetrics(finalMetrics)
    tracker.logMetrics(finalMetrics)
  }
  const end = {
    finish: async () => {
      close()
      return given ? undefined : tracker.stop()
    },
    finishNow: () => {
      close()
      if (!given) tracker.stopNow({ status: 'finished' })
    },
  }
  endWithProcess(end)
  const stop = (): Promise<RunRecord | undefined> => {
    endedBefore(end)
    return end.finish()
  }
  return Object.assign(wrapped as unknown as F, { figures, stop })
}
