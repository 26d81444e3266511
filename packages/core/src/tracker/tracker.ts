import type { Quantity } from '../quantity/quantity.js'
import type { RunRecord } from '../record/record.js'

/**
 * Names and values that describe a window, e.g. `{ epoch: 3, split: 'train' }`. Kept as given; never put
 * secrets here.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** Energy and carbon of a window or a run so far. Absent figures are unknown. */
export interface WindowFigures {
  /** kWh attributed to the run. */
  readonly energyKwh?: Quantity
  /** The part of `energyKwh` that the machine draws without doing anything, as far as it is booked to the run. */
  readonly staticKwh?: Quantity
  /** The part of `energyKwh` above that. */
  readonly dynamicKwh?: Quantity
  /** gCO2e, operational. */
  readonly carbonGrams?: Quantity
  readonly meanPowerWatts?: number
  readonly peakPowerWatts?: number
  readonly durationSeconds: number
}

/** Edges of a window that are known only in hindsight: instants of `performance.now()`, milliseconds. */
export interface WindowStart {
  /**
   * When the window began, if not now. Counters cannot be read in the past: the energy up to there comes from the
   * readings around that instant, at even power between them. Neither before the run nor in the future; else it is now.
   */
  readonly startedAt?: number
}

/** As `WindowStart`, for the other edge. */
export interface WindowEnd {
  /** When the window ended, if not now; as `startedAt`. */
  readonly endedAt?: number
}

/** A stretch of work between two instants. Windows may nest and overlap. */
export interface EnergyWindow {
  readonly name: string
  /** The caller's own numbers, e.g. `{ loss: 0.3 }`; also after `end`. Not finite ones are left out. */
  logMetrics(values: Readonly<Record<string, number>>): void
  /** Marks the end: a time stamp and, where there are counters, one read each. Later calls do nothing. */
  end(when?: WindowEnd): void
  /** Reads the sensors if need be and computes. About a millisecond; never throws. */
  figures(): WindowFigures
}

/** How a run ended, for its record. */
export interface StopOutcome {
  /** Default `finished`. */
  readonly status?: 'finished' | 'failed'
  readonly reason?: string
}

/** One run being tracked. After `startTracking` has returned, nothing here throws or rejects. */
export interface Tracker {
  readonly id: string
  readonly name: string
  readonly project: string
  /** Folder of this run: journal and, after `stop`, record.json. */
  readonly directory: string
  readonly isStopped: boolean
  /**
   * Aborted, with a text as its reason, when a policy's cap says that the work should end. epochwatt ends nothing by
   * itself: the TensorFlow.js callback and `epochwatt run` obey, and other work may.
   *
   * @example
   * for (const batch of batches) {
   *   if (tracker.signal.aborted) break
   *   await step(batch)
   * }
   */
  readonly signal: AbortSignal
  /**
   * @example
   * const began = performance.now()
   * await load()
   * tracker.window('load', {}, { startedAt: began }).end()
   */
  window(name: string, attributes?: Attributes, when?: WindowStart): EnergyWindow
  logMetrics(values: Readonly<Record<string, number>>): void
  setParams(params: Attributes): void
  /** Puts a note among the record's warnings. */
  warn(code: string, message: string): void
  /** Figures of the run so far. */
  figures(): WindowFigures
  /**
   * Ends the run, writes its record and delivers what exporters still wait for, all within a bounded time.
   * Undefined only when tracking is disabled or no record could be made; the journal is then still there.
   */
  stop(outcome?: StopOutcome): Promise<RunRecord | undefined>
  /** The same for exit handlers: synchronous, and nothing more is exported. */
  stopNow(outcome: StopOutcome): RunRecord | undefined
}
