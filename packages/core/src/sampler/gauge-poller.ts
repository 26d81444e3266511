import type { GaugeMeans, TickEntry } from '../journal/entry.js'
import type { OpenSensor } from '../sensors/sensor.js'
import type { RunClock } from './sampler.js'

/** As often as GPUs refresh their power, and far below what would show in their figures. */
const GPU_PERIOD_MS = 100

/** A wake-up of the thread costs some 100 µs of processor time, whatever it reads. */
const PERIOD_MS = 250

/** Gauges that are refreshed more slowly gain nothing from being asked more often. */
const SLOWEST_MS = 250

/** After a longer silence of this thread nobody knows what flowed meanwhile. */
const GAP_MS = 1000

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
 * one mean a round. A gauge whose energy a counter has as well is left alone as long as the counter moves, and that of a
 * GPU as long as nobody of ours has it open.
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

  /** Milliseconds from one asking to the next; infinite while there is no gauge to ask between rounds. */
  get periodMs(): number {
    if (this.#due.length === 0) return Number.POSITIVE_INFINITY
    return this.#due.some(({ sensor }) => sensor.spec.component === 'gpu') ? GPU_PERIOD_MS : PERIOD_MS
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
      if (elapsed > GAP_MS * 1e6) gauge.isWhole = false
    }
    gauge.watts = raw
  }

  /** Closes the time since the last round with this one's readings: means of the gauges that could always be read. */
  endRound({ t, r, d }: Pick<TickEntry, 't' | 'r' | 'd'>): GaugeMeans | undefined {
    const since = this.#since
    const raw: Record<string, number> = {}
    for (const gauge of this.#due) {
      this.#add(gauge, r[gauge.place] ?? Number.NaN, t)
      if (gauge.isWhole && Number.isFinite(gauge.sum) && t > since) raw[gauge.place] = gauge.sum / (t - since)
      gauge.sum = 0
      gauge.isWhole = true
    }
    const moves = (place: number): boolean => r[place] != null && r[place] !== this.#last[place]
    const isOthers = (device: string): boolean => {
      const [ours, , unknown] = d?.[device] ?? []
      return ours === 0 && unknown === 0
    }
    this.#due = this.#gauges.filter(
      ({ counters, sensor }) => !counters.some(moves) && !isOthers(sensor.spec.device),
    )
    for (const gauge of this.#gauges) gauge.watts = r[gauge.place] ?? Number.NaN
    this.#last = r
    this.#since = t
    this.#at = t
    return Object.keys(raw).length > 0 ? { since, raw } : undefined
  }
}
