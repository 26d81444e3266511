import type { GridSeries } from '../grid/grid-series.js'
import type { GridEntry, JournalEntry, RunEntry } from '../journal/entry.js'
import { withPlace } from '../journal/late-sensors.js'
import { type Analysis, Meter } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import { JOULES_PER_KWH } from '../quantity/quantity.js'
import { gridSeries } from '../record/grid-record.js'
import { type PowerCourse, peakWatts, powerCourse } from '../record/power-series.js'
import type { SpanFigures } from '../record/record.js'
import { spanEnergy } from '../record/span-energy.js'
import { spanFigures } from '../record/span-figures.js'
import { WallClock } from '../record/wall-clock.js'
import type { Component } from '../sensors/sensor.js'
import type { WindowFigures } from './tracker.js'

/** A run of days is kept in memory in full detail for its last minutes only; the journal keeps everything. */
const THIN_EVERY = 2000
const FULL_DETAIL_NS = 300e9
/** Well below the time in which a package counter can wrap (164 s at 400 W and the smallest unit). */
const COARSE_NS = 30e9
/** Readings are taken in this often where nobody asks for figures: in small portions, and before memory fills with windows. */
const UNREAD_NS = 300e9

/** Readings that somebody else takes: those since the last call, oldest first, gone through once. Never throws. */
export interface SampleSource {
  read(): Iterable<JournalEntry>
  close(): void
}

/** Power over a stretch, and the run up to its end. */
export interface StretchFigures {
  /** Watts attributed to the run; without what is unknown. */
  readonly powerWatts: Readonly<Partial<Record<Component | 'total', number>>>
  /** Watts of each board, in the order of the machine; empty without boards. */
  readonly gpuPowerWatts: readonly number[]
  readonly totals: SpanFigures
  readonly gridGramsPerKwh?: number
}

const gridAt = (grid: GridSeries, t: number): Pick<StretchFigures, 'gridGramsPerKwh'> => {
  const [stretch] = grid.between(t, t)
  return stretch ? { gridGramsPerKwh: stretch.grid.gramsPerKwh } : {}
}

/** Figures of a run that is still going, by the same meter that will make its record. */
export class LiveFigures {
  #run: RunEntry
  readonly #meter: Meter
  #grid: GridSeries
  readonly #published: GridEntry[] = []
  readonly #samples: SampleSource
  readonly #wall: WallClock
  readonly #power = new WeakMap<Analysis, PowerCourse>()
  #sinceThinned = 0
  #reach = 0
  /** When readings were last taken in. */
  #readAt = 0
  /** Readings that are being gone through, and the next of them. */
  #reading: Iterator<JournalEntry> | undefined
  #next: JournalEntry | undefined

  constructor(run: RunEntry, samples: SampleSource) {
    this.#run = run
    this.#meter = new Meter(run)
    this.#grid = gridSeries(run)
    this.#samples = samples
    this.#wall = new WallClock(run)
  }

  /** Entries written by this thread. */
  add(entry: JournalEntry): void {
    if (entry.type === 'grid') {
      this.#published.push(entry)
      this.#grid.add(entry)
    } else if (entry.type === 'clock') this.#wall.add(entry)
    else this.#meter.add(entry)
    if (entry.type === 'place') {
      this.#run = withPlace(this.#run, entry)
      this.#grid = gridSeries(this.#run, this.#published)
    }
    if (entry.type === 'tick') this.#reach = Math.max(this.#reach, entry.t)
    else if (entry.type === 'end' && entry.t - this.#readAt >= UNREAD_NS) {
      this.#readAt = entry.t
      this.readSamples(entry.t)
    }
    if (++this.#sinceThinned >= THIN_EVERY) this.#thin()
  }

  /**
   * Takes in what the sampler has written, up to an instant: who makes up for days goes through readings and windows
   * side by side. Returns the instant of the last full reading, nanoseconds.
   */
  readSamples(until = Number.POSITIVE_INFINITY): number {
    this.#reading ??= this.#samples.read()[Symbol.iterator]()
    for (;;) {
      this.#next ??= this.#reading.next().value as JournalEntry | undefined
      if (!this.#next || this.#next.t > until) break
      const entry = this.#next
      this.#next = undefined
      this.add(entry)
    }
    if (!this.#next) this.#reading = undefined
    this.#readAt = Math.max(this.#readAt, this.#reach)
    return this.#reach
  }

  /** Many windows may be asked for of the same readings. */
  #powerOf(analysis: Analysis): PowerCourse {
    const known = this.#power.get(analysis)
    if (known) return known
    const course = powerCourse(analysis)
    this.#power.set(analysis, course)
    return course
  }

  #analyse(): Analysis {
    this.readSamples()
    return this.#meter.analyse()
  }

  between(from: number, to: number): WindowFigures {
    const analysis = this.#analyse()
    const durationSeconds = (to - from) / 1e9
    const span: Span = [from, to]
    const { energy_kwh: energyKwh, carbon_g: carbonGrams } = spanFigures(
      { run: this.#run, analysis, grid: this.#grid },
      [span],
    )
    if (!energyKwh || !carbonGrams) return { durationSeconds }
    if (durationSeconds <= 0) return { energyKwh, carbonGrams, durationSeconds }
    const { static: staticKwh, dynamic: dynamicKwh } = spanEnergy(analysis, [span])
    const meanPowerWatts = (energyKwh.value * JOULES_PER_KWH) / durationSeconds
    const peak = peakWatts(this.#powerOf(analysis), from, to) ?? meanPowerWatts
    return {
      energyKwh,
      ...(staticKwh && { staticKwh }),
      ...(dynamicKwh && { dynamicKwh }),
      carbonGrams,
      meanPowerWatts,
      peakPowerWatts: Math.max(peak, meanPowerWatts),
      durationSeconds,
    }
  }

  /** Mean power between two instants, by component, and the run's figures up to the second. */
  stretch(from: number, to: number): StretchFigures {
    const analysis = this.#analyse()
    const seconds = (to - from) / 1e9
    const { total, components } = spanEnergy(analysis, [[from, to]])
    const watts = (energyKwh: number): number => (energyKwh * JOULES_PER_KWH) / seconds
    const boards = analysis.curves.filter(({ spec }) => spec.component === 'gpu')
    return {
      powerWatts: {
        ...(total && { total: watts(total.value) }),
        ...Object.fromEntries([...components].map(([component, { value }]) => [component, watts(value)])),
      },
      gpuPowerWatts: boards.map(board => {
        const span = board.between(from, to)
        return (span.dynamic + span.static) / seconds
      }),
      totals: spanFigures({ run: this.#run, analysis, grid: this.#grid }, [[0, to]]),
      ...gridAt(this.#grid, to),
    }
  }

  /** The time of day of an instant, milliseconds since 1970. */
  timeMs(t: number): number {
    return Math.round(this.#wall.at(t))
  }

  #thin(): void {
    this.#sinceThinned = 0
    this.#meter.thin(this.#reach - FULL_DETAIL_NS, COARSE_NS)
  }

  close(): void {
    this.#samples.close()
  }
}
