import type { ReadingEntry } from '../../journal/entry.js'
import type { RunClock } from '../../sampler/sampler.js'
import { errorCode } from '../read-text.js'
import type { SensorSpec } from '../sensor.js'
import { askMeter } from './ask-meter.js'
import type { MeterSettings } from './meter-question.js'

/** One that is silent is asked less often, up to this much. */
const LONGEST_PAUSE_MS = 30_000

export interface MeterReader {
  /** A last reading of each, so that the end of the run lies between two readings. Resolves in bounded time. */
  stop(timeoutMs: number): Promise<void>
}

interface ReadMeter {
  readonly last: () => Promise<void>
  readonly stop: () => void
}

const read = (spec: SensorSpec, clock: RunClock, write: (entry: ReadingEntry) => void): ReadMeter => {
  const { question, everyMs, timeoutMs } = spec.settings as unknown as MeterSettings
  const ask = askMeter(question)
  let timer: NodeJS.Timeout | undefined
  let failures = 0
  let stopped = false

  const take = async (): Promise<void> => {
    const sent = clock()
    try {
      const raw = await ask(timeoutMs)
      // What it shows is of some instant between question and answer.
      const t = Math.round((sent + clock()) / 2)
      failures = 0
      if (!stopped) write({ type: 'reading', t, sensor: spec.id, raw })
    } catch (error) {
      failures++
      // A clock with the resolution of the question: it was silent from then on.
      if (!stopped) write({ type: 'reading', t: sent, sensor: spec.id, raw: null, error: errorCode(error) })
    }
  }

  let round: Promise<void> = Promise.resolve()
  const schedule = (waitMs: number): void => {
    if (stopped) return
    timer = setTimeout(() => {
      const began = performance.now()
      round = take().then(() => {
        const pause =
          failures === 0
            ? everyMs
            : Math.min(everyMs * 2 ** (failures - 1), Math.max(everyMs, LONGEST_PAUSE_MS))
        schedule(Math.max(0, pause - (performance.now() - began)))
      })
    }, waitMs)
    timer.unref?.()
  }
  schedule(0)
  return {
    last: async () => {
      clearTimeout(timer)
      await round
      clearTimeout(timer)
      // One that has been silent would only be waited for.
      if (failures === 0) await take()
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/**
 * Asks meters at their own pace, each by itself, and passes on what they say with the time it was said. A meter that
 * does not answer gives an entry without a value, so that nothing stands in for it. Never throws, and its timers keep no
 * process alive.
 */
export const startMeterReader = (
  specs: readonly SensorSpec[],
  clock: RunClock,
  write: (entry: ReadingEntry) => void,
): MeterReader => {
  const meters = specs.map(spec => read(spec, clock, write))
  return {
    stop: async timeoutMs => {
      let patience: NodeJS.Timeout | undefined
      const late = new Promise<void>(resolve => {
        patience = setTimeout(resolve, timeoutMs)
      })
      await Promise.race([Promise.all(meters.map(({ last }) => last())), late])
      clearTimeout(patience)
      for (const { stop } of meters) stop()
    },
  }
}
