import type { GridSeries } from '../grid/grid-series.js'
import type { JournalEntry, RunEntry } from '../journal/entry.js'
import { SampleTail } from '../journal/sample-tail.js'
import { Meter } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import { gridSeries } from '../record/grid-record.js'
import { peakWatts, powerStretches } from '../record/power-series.js'
import { spanEnergy } from '../record/span-energy.js'
import { spanFigures } from '../record/span-figures.js'
import type { WindowFigures } from './tracker.js'

/** A run of days is kept in memory in full detail for its last minutes only; the journal keeps everything. */
const THIN_EVERY = 2000
const FULL_DETAIL_NS = 300e9
/** Well below the time in which a package counter can wrap (164 s at 400 W and the smallest unit). */
const COARSE_NS = 30e9

/** Figures of a run that is still going, by the same meter that will make its record. */
export class LiveFigures {
  readonly #run: RunEntry
  readonly #meter: Meter
  readonly #grid: GridSeries
  readonly #tail: SampleTail
  #sinceThinned = 0

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
    const fresh = this.#tail.read()
    for (const entry of fresh) this.#meter.add(entry)
    this.#boundMemory(fresh.length, to)
    const analysis = this.#meter.analyse()
    const durationSeconds = (to - from) / 1e9
    const span: Span = [from, to]
    const { energy_kwh: energyKwh, carbon_g: carbonGrams } = spanFigures(
      { run: this.#run, analysis, grid: this.#grid },
      [span],
    )
    if (!energyKwh || !carbonGrams) return { durationSeconds }
    if (durationSeconds <= 0) return { energyKwh, carbonGrams, durationSeconds }
    const { static: staticKwh, dynamic: dynamicKwh } = spanEnergy(analysis, [span])
    const meanPowerWatts = (energyKwh.value * 3.6e6) / durationSeconds
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

  #boundMemory(added: number, now: number): void {
    this.#sinceThinned += added
    if (this.#sinceThinned < THIN_EVERY) return
    this.#sinceThinned = 0
    this.#meter.thin(now - FULL_DETAIL_NS, COARSE_NS)
  }

  close(): void {
    this.#tail.close()
  }
}
