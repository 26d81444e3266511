import type { GridSeries } from '../grid/grid-series.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { SampleTail } from '../journal/sample-tail.js'
import { Meter } from '../meter/meter.js'
import { gridSeries } from '../record/grid-record.js'
import { peakWatts, powerStretches } from '../record/power-series.js'
import { spanFigures } from '../record/span-figures.js'
import type { WindowFigures } from './tracker.js'

/** Figures of a run that is still going, by the same meter that will make its record. */
export class LiveFigures {
  readonly #run: RunEntry
  readonly #meter: Meter
  readonly #grid: GridSeries
  readonly #tail: SampleTail

  constructor(run: RunEntry, samplesPath: string) {
    this.#run = run
    this.#meter = new Meter(run)
    this.#grid = gridSeries(run)
    this.#tail = new SampleTail(samplesPath)
  }

  /** Entries written by this thread. */
  add(entry: JournalEntry): void {
    if (entry.type === 'grid') this.#grid.add(entry)
    else this.#meter.add(entry)
  }

  between(from: number, to: number): WindowFigures {
    for (const entry of this.#tail.read()) this.#meter.add(entry)
    const analysis = this.#meter.analyse()
    const durationSeconds = (to - from) / 1e9
    const { energy_kwh: energyKwh, carbon_g: carbonGrams } = spanFigures(
      { run: this.#run, analysis, grid: this.#grid },
      [[from, to]],
    )
    if (!energyKwh || !carbonGrams) return { durationSeconds }
    if (durationSeconds <= 0) return { energyKwh, carbonGrams, durationSeconds }
    const meanPowerWatts = (energyKwh.value * 3.6e6) / durationSeconds
    const peak = peakWatts(powerStretches(analysis), from, to) ?? meanPowerWatts
    return {
      energyKwh,
      carbonGrams,
      meanPowerWatts,
      peakPowerWatts: Math.max(peak, meanPowerWatts),
      durationSeconds,
    }
  }

  close(): void {
    this.#tail.close()
  }
}
