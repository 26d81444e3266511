import type { GaugeMeans, TickEntry } from '../journal/entry.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { RunClock } from './sampler.js'

/** Ten readings a second: as often as boards refresh their power, and far below what would show in their figures. */
export const GAUGE_PERIOD_MS = 100

/** Gauges that are refreshed more slowly gain nothing from being asked more often. */
const SLOWEST_MS = 250

/** After a longer silence of this thread nobody knows what flowed meanwhile. */
const GAP_PERIODS = 5

interface Polled {
  readonly place: number
  readonly sensor: OpenSensor
  /** Places of counters that have this gauge's energy in them. */
  readonly counters: readonly number[]
  watts: number
  /** Raw units times nanoseconds since the last round. */
  sum: number
  isWhole: boolean
}

const isFast = ({ spec }: OpenSensor): boolean =>
  spec.kind === 'power_gauge' && spec.updatePeriodMs <= SLOWEST_MS

/**
 * Asks gauges between the sampler's rounds, so that their energy does not hang on one reading a round, and hands out
 * one mean a round. A gauge whose energy a counter has as well is left alone as long as the counter moves.
 */
export class GaugePoller {
  readonly #clock: RunClock
  readonly #gauges: readonly Polled[]
  #last: readonly (number | null)[] = []
  #due: readonly Polled[]
  #since = Number.NaN
  #at = Number.NaN

  constructor(sensors: readonly OpenSensor[], clock: RunClock) {
    this.#clock = clock
    this.#gauges = [...sensors.entries()]
      .filter(([, sensor]) => isFast(sensor))
      .map(([place, sensor]) => ({
        place,
        sensor,
        counters: [...sensors.entries()]
          .filter(
            ([, { spec }]) =>
              spec.kind === 'energy_counter' &&
              (spec.contains.includes(sensor.spec.id) || spec.device === sensor.spec.device),
          )
          .map(([at]) => at),
        watts: Number.NaN,
        sum: 0,
        isWhole: true,
      }))
    this.#due = this.#gauges
  }

  /** Whether there is a gauge to ask before the next round. */
  get isNeeded(): boolean {
    return this.#due.length > 0
  }

  /** Asks all gauges that nothing better stands in for. */
  poll(): void {
    const at = this.#clock()
    for (const gauge of this.#due) this.#add(gauge, gauge.sensor.read(), at)
    if (Number.isNaN(this.#since)) this.#since = at
    this.#at = at
  }

  #add(gauge: Polled, raw: number, at: number): void {
    const elapsed = at - this.#at
    if (!Number.isNaN(elapsed)) {
      gauge.sum += ((gauge.watts + raw) / 2) * elapsed
      if (elapsed > GAP_PERIODS * GAUGE_PERIOD_MS * 1e6) gauge.isWhole = false
    }
    gauge.watts = raw
  }

  /** Closes the time since the last round with this one's readings: means of the gauges that could always be read. */
  endRound({ t, r }: Pick<TickEntry, 't' | 'r'>): GaugeMeans | undefined {
    const since = this.#since
    const raw: Record<string, number> = {}
    for (const gauge of this.#due) {
      this.#add(gauge, r[gauge.place] ?? Number.NaN, t)
      if (gauge.isWhole && Number.isFinite(gauge.sum) && t > since) raw[gauge.place] = gauge.sum / (t - since)
      gauge.sum = 0
      gauge.isWhole = true
    }
    const moves = (place: number): boolean => r[place] != null && r[place] !== this.#last[place]
    this.#due = this.#gauges.filter(({ counters }) => !counters.some(moves))
    for (const gauge of this.#gauges) gauge.watts = r[gauge.place] ?? Number.NaN
    this.#last = r
    this.#since = t
    this.#at = t
    return Object.keys(raw).length > 0 ? { since, raw } : undefined
  }
}
