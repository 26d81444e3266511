import type { GridSeries } from '../grid/grid-series.js'
import type { GridEntry, JournalEntry, RunEntry } from '../journal/entry.js'
import { withPlace } from '../journal/late-sensors.js'
import { type Analysis, Meter } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import { JOULES_PER_KWH } from '../quantity/quantity.js'
import { gridSeries } from '../record/grid-record.js'
import { peakWatts, powerStretches } from '../record/power-series.js'
import type { SpanFigures } from '../record/record.js'
import { spanEnergy } from '../record/span-energy.js'
import { spanFigures } from '../record/span-figures.js'
import type { Component } from '../sensors/sensor.js'
import type { WindowFigures } from './tracker.js'

/** A run of days is kept in memory in full detail for its last minutes only; the journal keeps everything. */
const THIN_EVERY = 2000
const FULL_DETAIL_NS = 300e9
/** Well below the time in which a package counter can wrap (164 s at 400 W and the smallest unit). */
const COARSE_NS = 30e9

/** Readings that somebody else takes: those since the last call, oldest first. Never throws. */
export interface SampleSource {
  read(): readonly JournalEntry[]
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
  #sinceThinned = 0
  #reach = 0

  constructor(run: RunEntry, samples: SampleSource) {
    this.#run = run
    this.#meter = new Meter(run)
    this.#grid = gridSeries(run)
    this.#samples = samples
  }

  /** Entries written by this thread. */
  add(entry: JournalEntry): void {
    if (entry.type === 'grid') {
      this.#published.push(entry)
      this.#grid.add(entry)
    } else this.#meter.add(entry)
    if (entry.type === 'place') {
      this.#run = withPlace(this.#run, entry)
      this.#grid = gridSeries(this.#run, this.#published)
    }
    if (entry.type === 'tick') this.#reach = Math.max(this.#reach, entry.t)
  }

  /** Takes in what the sampler has written. Returns the instant of the last full reading, nanoseconds. */
  readSamples(): number {
    const fresh = this.#samples.read()
    for (const entry of fresh) this.add(entry)
    this.#boundMemory(fresh.length)
    return this.#reach
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
    const peak = peakWatts(powerStretches(analysis), from, to) ?? meanPowerWatts
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

  #boundMemory(added: number): void {
    this.#sinceThinned += added
    if (this.#sinceThinned < THIN_EVERY) return
    this.#sinceThinned = 0
    this.#meter.thin(this.#reach - FULL_DETAIL_NS, COARSE_NS)
  }

  close(): void {
    this.#samples.close()
  }
}
