import { attribute } from '../attribution/attribute.js'
import type { AttributedCurve } from '../attribution/attributed-curve.js'
import { cpuShares } from '../attribution/cpu-shares.js'
import { deviceShares, isUpperBound } from '../attribution/device-shares.js'
import { deviceIdlePower, type IdlePower, idlePower } from '../attribution/idle-power.js'
import type { BeginEntry, EndEntry, JournalEntry, RunEntry, SensorsEntry } from '../journal/entry.js'
import { withLateSensors } from '../journal/late-sensors.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { counterCurve } from './counter-curve.js'
import { DeviceUseSeries } from './device-use-series.js'
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
  /** Devices in use of which nobody could tell who used them: all was booked, which is the most it can be. */
  readonly upperBounds: ReadonlySet<string>
  readonly irregular: ReadonlyMap<string, Readonly<Partial<Record<CounterStep, number>>>>
  readonly usage: readonly UsageInterval[]
  readonly samples: number
  /** Time of the last reading, nanoseconds. */
  readonly end: number
}

const isRead = ({ kind }: SensorSpec): boolean => kind !== 'model'

/**
 * The only place that unwraps counters, integrates power and resolves overlap. It is fed with journal entries in any
 * order of arrival and says what they mean; the same entries always mean the same.
 */
export class Meter {
  readonly #run: RunEntry
  /** Readings by their place in the entries' `r`. */
  readonly #series: ReadingSeries[] = []
  /** Whether the sensor of a place is read at a window's edge. */
  readonly #atBoundary: readonly boolean[]
  readonly #usage = new UsageSeries()
  readonly #deviceUse = new Map<string, DeviceUseSeries>()
  #late: SensorsEntry | undefined
  #samples = 0
  #end = 0
  #analysis: Analysis | undefined

  constructor(run: RunEntry) {
    this.#run = run
    this.#atBoundary = run.sensors.filter(isRead).map(spec => spec.readAtBoundary)
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'tick') {
      this.#samples++
      this.#addReadings(entry.t, entry.r, () => true)
      if (entry.u) this.#usage.add(entry.t, entry.u)
      for (const [device, reading] of Object.entries(entry.d ?? {})) this.#useOf(device).add(entry.t, reading)
    } else if (entry.type === 'begin' || entry.type === 'end') {
      // At a window's edge only cheap counters are read: a null of another sensor is no failed read.
      this.#addReadings(entry.t, entry.r, place => this.#atBoundary[place] === true, true)
    } else if (entry.type === 'sensors') {
      this.#late ??= entry
    } else {
      return
    }
    this.#end = Math.max(this.#end, entry.t)
    this.#analysis = undefined
  }

  #addReadings(
    time: number,
    raws: BeginEntry['r'] | EndEntry['r'],
    wasRead: (place: number) => boolean,
    isEdge = false,
  ): void {
    // A sensor without a place in an entry was not asked: a window's edge may have no place at all, and what joined
    // the run after its start has one only in the sampler's own ticks.
    for (const [place, raw] of raws.entries()) {
      if (!wasRead(place)) continue
      this.#series[place] ??= new ReadingSeries()
      this.#series[place].add(time, raw ?? Number.NaN, isEdge)
    }
  }

  #useOf(device: string): DeviceUseSeries {
    const known = this.#deviceUse.get(device)
    if (known) return known
    const series = new DeviceUseSeries()
    this.#deviceUse.set(device, series)
    return series
  }

  /**
   * Forgets detail before `before`: readings of counters and of processor time that follow another by less than
   * `stepNs`. No energy of a counter is lost and windows keep their edges; a model sees utilisation averaged over longer
   * stretches. Gauges are left alone, their readings are their energy. For live figures of runs that last for days.
   */
  thin(before: number, stepNs: number): void {
    const read = withLateSensors(this.#run, this.#late ? [this.#late] : []).sensors.filter(isRead)
    for (const [place, series] of this.#series.entries()) {
      if (read[place]?.kind === 'energy_counter') series?.thin(before, stepNs)
    }
    this.#usage.thin(before, stepNs)
    for (const series of this.#deviceUse.values()) series.thin(before, stepNs)
    this.#analysis = undefined
  }

  analyse(): Analysis {
    this.#analysis ??= this.#compute()
    return this.#analysis
  }

  #compute(): Analysis {
    const usage = this.#usage.intervals()
    const irregular = new Map<string, Readonly<Partial<Record<CounterStep, number>>>>()
    const { sensors } = withLateSensors(this.#run, this.#late ? [this.#late] : [])
    const read = sensors.filter(isRead)
    const evidence: SensorEvidence[] = sensors.map(spec => {
      if (!isRead(spec)) return { spec, curve: modelCurve(spec, usage) }
      const series = this.#series[read.indexOf(spec)] ?? new ReadingSeries()
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
    const upperBounds = new Set<string>()
    const curves = used.map(({ spec, curve }) => {
      if (spec.component === 'gpu') {
        const uses = this.#deviceUse.get(spec.device)?.intervals() ?? []
        const power = deviceIdlePower(curve, uses, calibrated.get(spec.id))
        const shares = deviceShares(this.#run, spec, uses)
        idle.set(spec.id, power)
        if (isUpperBound(shares)) upperBounds.add(spec.id)
        return attribute(spec, curve, shares, power)
      }
      const power = idlePower(spec, curve, usage, calibrated.get(spec.id))
      if (power) idle.set(spec.id, power)
      return attribute(spec, curve, cpuShares(this.#run, usage), power)
    })
    const coverage = new Map(
      evidence.map(({ spec, curve }) => {
        const seconds = this.#end / 1e9
        const { unobservedSeconds } = curve.between(0, this.#end)
        return [spec.id, seconds > 0 ? Math.max(0, 1 - unobservedSeconds / seconds) : curve.isEmpty ? 0 : 1]
      }),
    )
    return {
      curves,
      selection,
      coverage,
      idle,
      upperBounds,
      irregular,
      usage,
      samples: this.#samples,
      end: this.#end,
    }
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
