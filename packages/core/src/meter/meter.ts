import { attribute } from '../attribution/attribute.js'
import type { AttributedCurve } from '../attribution/attributed-curve.js'
import { type IdlePower, idlePower } from '../attribution/idle-power.js'
import type { BeginEntry, EndEntry, JournalEntry, RunEntry } from '../journal/entry.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { counterCurve } from './counter-curve.js'
import { gaugeCurve } from './gauge-curve.js'
import { modelCurve } from './model-curve.js'
import { ReadingSeries } from './reading-series.js'
import { type Selection, type SensorEvidence, selectSensors } from './select-sensors.js'
import type { CounterStep } from './unwrap.js'
import { type UsageInterval, UsageSeries } from './usage-series.js'

/** What the readings so far say, ready to be cut into windows. */
export interface Analysis {
  /** One curve per sensor in use; their energies do not overlap. */
  readonly curves: readonly AttributedCurve[]
  readonly selection: ReadonlyMap<string, Selection>
  /** Observed share of the time from 0 to the last entry, by sensor. */
  readonly coverage: ReadonlyMap<string, number>
  readonly idle: ReadonlyMap<string, IdlePower>
  readonly irregular: ReadonlyMap<string, Readonly<Partial<Record<CounterStep, number>>>>
  readonly usage: readonly UsageInterval[]
  readonly samples: number
  /** Time of the last reading, nanoseconds. */
  readonly end: number
}

/**
 * The only place that unwraps counters, integrates power and resolves overlap. It is fed with journal entries in any
 * order of arrival and says what they mean; the same entries always mean the same.
 */
export class Meter {
  readonly #run: RunEntry
  /** Sensors with readings, in the order of the entries' `r`. */
  readonly #read: readonly { spec: SensorSpec; series: ReadingSeries }[]
  readonly #usage = new UsageSeries()
  #samples = 0
  #end = 0
  #analysis: Analysis | undefined

  constructor(run: RunEntry) {
    this.#run = run
    this.#read = run.sensors
      .filter(spec => spec.kind !== 'model')
      .map(spec => ({ spec, series: new ReadingSeries() }))
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'tick') {
      this.#samples++
      this.#addReadings(entry.t, entry.r, () => true)
      if (entry.u) this.#usage.add(entry.t, entry.u)
    } else if (entry.type === 'begin' || entry.type === 'end') {
      // At a window's edge only cheap counters are read: a null of another sensor is no failed read.
      this.#addReadings(entry.t, entry.r, spec => spec.readAtBoundary)
    } else {
      return
    }
    this.#end = Math.max(this.#end, entry.t)
    this.#analysis = undefined
  }

  #addReadings(
    time: number,
    raws: BeginEntry['r'] | EndEntry['r'],
    isRead: (spec: SensorSpec) => boolean,
  ): void {
    // A window's edge without any reading is an edge and nothing more.
    if (raws.length === 0) return
    for (const [index, { spec, series }] of this.#read.entries()) {
      if (isRead(spec)) series.add(time, raws[index] ?? Number.NaN)
    }
  }

  analyse(): Analysis {
    this.#analysis ??= this.#compute()
    return this.#analysis
  }

  #compute(): Analysis {
    const usage = this.#usage.intervals()
    const irregular = new Map<string, Readonly<Partial<Record<CounterStep, number>>>>()
    const evidence: SensorEvidence[] = this.#run.sensors.map(spec => {
      const series = this.#read.find(read => read.spec === spec)?.series
      if (!series) return { spec, curve: modelCurve(spec, usage) }
      if (spec.kind === 'power_gauge') {
        return { spec, series, curve: gaugeCurve(spec, series, this.#run.samplingIntervalMs) }
      }
      const counter = counterCurve(spec, series)
      irregular.set(spec.id, counter.irregular)
      return { spec, series, curve: counter.curve }
    })
    const selection = selectSensors(evidence, this.#run.optIns)
    const used = evidence.filter(({ spec }) => selection.get(spec.id)?.state === 'used')
    const calibrated = this.#calibratedWatts(used)
    const idle = new Map<string, IdlePower>()
    const curves = used.map(({ spec, curve }) => {
      const power = idlePower(spec, curve, usage, calibrated.get(spec.id))
      if (power) idle.set(spec.id, power)
      return attribute(spec, curve, usage, power, this.#run)
    })
    const coverage = new Map(
      evidence.map(({ spec, curve }) => {
        const seconds = this.#end / 1e9
        const { unobservedSeconds } = curve.between(0, this.#end)
        return [spec.id, seconds > 0 ? Math.max(0, 1 - unobservedSeconds / seconds) : curve.isEmpty ? 0 : 1]
      }),
    )
    return { curves, selection, coverage, idle, irregular, usage, samples: this.#samples, end: this.#end }
  }

  /** The user calibrates the machine as a whole: each sensor gets the part that its energy has in it. */
  #calibratedWatts(used: readonly SensorEvidence[]): Map<string, number> {
    const watts = this.#run.idleWatts
    if (watts === undefined) return new Map()
    const joules = used.map(({ curve }) => curve.between(0, this.#end).joules)
    const total = joules.reduce((sum, value) => sum + value, 0)
    return new Map(
      used.map(({ spec }, index) => [
        spec.id,
        watts * (total > 0 ? joules[index]! / total : 1 / used.length),
      ]),
    )
  }
}
