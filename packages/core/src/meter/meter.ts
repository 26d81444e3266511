import { attribute } from '../attribution/attribute.js'
import type { AttributedCurve } from '../attribution/attributed-curve.js'
import { cpuShares } from '../attribution/cpu-shares.js'
import { deviceShares, isUpperBound } from '../attribution/device-shares.js'
import { deviceIdlePower, type IdlePower, idlePower } from '../attribution/idle-power.js'
import type {
  BeginEntry,
  EndEntry,
  GaugeMeans,
  JournalEntry,
  PlaceEntry,
  RanksEntry,
  ReadingEntry,
  RunEntry,
  SensorsEntry,
} from '../journal/entry.js'
import { withLateSensors } from '../journal/late-sensors.js'
import { divideAmongRanks } from '../ranks/divide-among-ranks.js'
import { isPolled } from '../sensors/is-polled.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { ActiveSeries } from './active-series.js'
import { calibratedWatts } from './calibrated-watts.js'
import { counterCurve } from './counter-curve.js'
import { DeviceUseSeries } from './device-use-series.js'
import { gaugeCurve, type MeanStretch } from './gauge-curve.js'
import { modelCurve } from './model-curve.js'
import { plausibleGauge } from './plausible-gauge.js'
import { ReadingSeries } from './reading-series.js'
import { type Selection, type SensorEvidence, selectSensors } from './select-sensors.js'
import { thinGauge } from './thin-gauge.js'
import { lastIndexAt } from './time-axis.js'
import type { CounterStep } from './unwrap.js'
import { type UsageInterval, UsageSeries } from './usage-series.js'

/**
 * Edges of windows that keep their readings when detail is forgotten, the last so many: figures of a window of days ago
 * are then as exact as readings are close. A run of short windows must not fill the memory.
 */
const MOST_EDGES = 10_000

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
  readonly usage: Iterable<UsageInterval>
  /** Readings that say what descendants used, and how many of them by a control group; of which version. */
  readonly tree: TreeReadings
  /** Whether processes at work were ever counted. */
  readonly countedActive: boolean
  /** What went wrong with sensors that are asked at their own pace. */
  readonly failures: ReadonlyMap<string, ReadingFailures>
  /** The ranks of the job on this machine, where there are any. */
  readonly ranks: RanksEntry | undefined
  readonly samples: number
  /** Time of the last reading, nanoseconds. */
  readonly end: number
}

export interface TreeReadings {
  readonly count: number
  readonly byCgroup: number
  readonly cgroup?: 1 | 2
}

/** How often a sensor was asked and did not answer, and the code of the last failure. */
export interface ReadingFailures {
  readonly asked: number
  readonly failed: number
  readonly code: string
}

/**
 * The only place that unwraps counters, integrates power and resolves overlap. It is fed with journal entries in any
 * order of arrival and says what they mean; the same entries always mean the same.
 */
export class Meter {
  readonly #run: RunEntry
  /** Readings by their place in the entries' `r`. */
  readonly #series: ReadingSeries[] = []
  /** Means of gauges between readings, by place; by name of those at their own pace. */
  readonly #means = new Map<number | string, MeanStretch[]>()
  /** Processes at work, by the time at which they were counted. */
  readonly #active = new ActiveSeries()
  /** Readings of sensors that are asked at their own pace, and what went wrong with them. */
  readonly #ownPace = new Map<string, ReadingSeries>()
  readonly #failures = new Map<string, ReadingFailures>()
  /** Whether the sensor of a place is read at a window's edge. */
  readonly #atBoundary: readonly boolean[]
  readonly #usage = new UsageSeries()
  readonly #deviceUse = new Map<string, DeviceUseSeries>()
  /** What became known after the start. */
  readonly #late: (SensorsEntry | PlaceEntry)[] = []
  #ranks: RanksEntry | undefined
  #tree: TreeReadings = { count: 0, byCgroup: 0 }
  /** When windows began and ended, ascending. */
  readonly #edges: number[] = []
  #samples = 0
  #end = 0
  #analysis: Analysis | undefined

  constructor(run: RunEntry) {
    this.#run = run
    this.#atBoundary = run.sensors.filter(isPolled).map(spec => spec.readAtBoundary)
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'tick') {
      this.#samples++
      this.#addReadings(entry.t, entry.r, () => true)
      if (entry.u) this.#usage.add(entry.t, entry.u)
      if (typeof entry.u?.[3] === 'number') this.#countTree(entry.g)
      if (entry.m) this.#addMeans(entry.t, entry.m)
      if (entry.p) this.#active.add(entry.t, entry.p)
      for (const device in entry.d) this.#useOf(device).add(entry.t, entry.d[device]!)
    } else if (entry.type === 'begin' || entry.type === 'end') {
      // At a window's edge only cheap counters are read: a null of another sensor is no failed read.
      this.#addReadings(entry.t, entry.r, place => this.#atBoundary[place] === true)
      this.#edges.splice(lastIndexAt(this.#edges, entry.t) + 1, 0, entry.t)
    } else if (entry.type === 'reading') {
      // It may lie after the run's end: the last one is asked for when the run has stopped.
      this.#addOwnPace(entry)
      this.#analysis = undefined
      return
    } else if (entry.type === 'sensors' || entry.type === 'place') {
      this.#late.push(entry)
    } else if (entry.type === 'ranks') {
      this.#ranks = entry
      this.#analysis = undefined
      return
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
  ): void {
    // A sensor without a place in an entry was not asked: a window's edge may have no place at all, and what joined
    // the run after its start has one only in the sampler's own ticks.
    for (let place = 0; place < raws.length; place++) {
      if (!wasRead(place)) continue
      this.#series[place] ??= new ReadingSeries()
      this.#series[place]?.add(time, raws[place] ?? Number.NaN)
    }
  }

  #countTree(cgroup: 1 | 2 | undefined): void {
    const { count, byCgroup } = this.#tree
    const version = cgroup ?? this.#tree.cgroup
    this.#tree = {
      count: count + 1,
      byCgroup: byCgroup + (cgroup ? 1 : 0),
      ...(version && { cgroup: version }),
    }
  }

  #addMeans(to: number, { since, raw }: GaugeMeans): void {
    for (const [place, mean] of Object.entries(raw)) {
      const stretches = this.#means.get(Number(place)) ?? []
      this.#means.set(Number(place), stretches)
      let at = stretches.length
      while (at > 0 && stretches[at - 1]!.to > to) at--
      stretches.splice(at, 0, { from: since, to, raw: mean })
    }
  }

  #addOwnPace({ t, sensor, raw, error }: ReadingEntry): void {
    const series = this.#ownPace.get(sensor) ?? new ReadingSeries()
    this.#ownPace.set(sensor, series)
    series.add(t, raw ?? Number.NaN)
    const { asked, failed, code } = this.#failures.get(sensor) ?? { asked: 0, failed: 0, code: '' }
    this.#failures.set(sensor, {
      asked: asked + 1,
      failed: failed + (raw === null ? 1 : 0),
      code: raw === null ? (error ?? 'EUNKNOWN') : code,
    })
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
   * stretches. Of gauges means stand in for readings. For live figures of runs that last for days.
   */
  thin(before: number, stepNs: number): void {
    if (this.#edges.length > MOST_EDGES) this.#edges.splice(0, this.#edges.length - MOST_EDGES)
    const { sensors } = withLateSensors(this.#run, this.#late)
    const read = sensors.filter(isPolled)
    for (const spec of sensors) {
      const place = spec.ownPace ? spec.id : read.indexOf(spec)
      const series = typeof place === 'string' ? this.#ownPace.get(place) : this.#series[place]
      if (spec.kind === 'energy_counter') series?.thin(before, stepNs, this.#edges)
      else if (series) this.#thinGauge(spec, place, series, before, stepNs)
    }
    this.#usage.thin(before, stepNs)
    this.#active.thin(before, stepNs)
    for (const series of this.#deviceUse.values()) series.thin(before, stepNs)
    this.#analysis = undefined
  }

  #thinGauge(
    spec: SensorSpec,
    place: number | string,
    series: ReadingSeries,
    before: number,
    stepNs: number,
  ): void {
    const believed = plausibleGauge(spec, series, this.#means.get(place) ?? [])
    const intervalMs = this.#run.samplingIntervalMs
    const bounds = { before, stepNs, edges: this.#edges }
    const { means, spare } = thinGauge(spec, believed.series, believed.means, intervalMs, bounds)
    this.#means.set(place, means)
    series.drop(spare)
  }

  analyse(): Analysis {
    this.#analysis ??= this.#compute()
    return this.#analysis
  }

  #compute(): Analysis {
    const usage = this.#usage.intervals()
    const irregular = new Map<string, Readonly<Partial<Record<CounterStep, number>>>>()
    const { sensors } = withLateSensors(this.#run, this.#late)
    const read = sensors.filter(isPolled)
    const evidence: SensorEvidence[] = sensors.map(spec => {
      if (spec.kind === 'model') return { spec, curve: modelCurve(spec, usage) }
      const known = spec.ownPace ? this.#ownPace.get(spec.id) : this.#series[read.indexOf(spec)]
      const series = known ?? new ReadingSeries()
      if (spec.kind === 'power_gauge') {
        const end = spec.ownPace ? this.#end : undefined
        const means = this.#means.get(spec.ownPace ? spec.id : read.indexOf(spec)) ?? []
        const believed = plausibleGauge(spec, series, means)
        const gauge = gaugeCurve(spec, believed.series, this.#run.samplingIntervalMs, believed.means, end)
        irregular.set(spec.id, { implausible: believed.refused })
        return { spec, series, curve: gauge, irregular: { implausible: believed.refused } }
      }
      const counter = counterCurve(spec, series)
      irregular.set(spec.id, counter.irregular)
      return { spec, series, curve: counter.curve, irregular: counter.irregular }
    })
    const selection = selectSensors(evidence, this.#run.optIns)
    const used = evidence.filter(({ spec }) => selection.get(spec.id)?.state === 'used')
    const calibrated = calibratedWatts(this.#run.idleWatts, used)
    const idle = new Map<string, IdlePower>()
    const upperBounds = new Set<string>()
    const ranks = this.#ranks?.others ?? []
    const curves = used.map(({ spec, curve }) => {
      if (spec.component === 'gpu') {
        const uses = this.#deviceUse.get(spec.device)?.intervals() ?? []
        const power = deviceIdlePower(curve, uses)
        const ofDevice = deviceShares(this.#run, spec, uses)
        idle.set(spec.id, power)
        if (isUpperBound(ofDevice)) upperBounds.add(spec.id)
        const shares = divideAmongRanks(this.#run, spec, ranks, policy => deviceShares(policy, spec, uses))
        return attribute(spec, curve, shares, power)
      }
      const power = idlePower(spec, curve, usage, calibrated.get(spec.id))
      if (power) idle.set(spec.id, power)
      const shares = divideAmongRanks(this.#run, spec, ranks, policy =>
        cpuShares(policy, usage, this.#active),
      )
      return attribute(spec, curve, shares, power)
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
      failures: this.#failures,
      ranks: this.#ranks,
      usage,
      tree: this.#tree,
      countedActive: !this.#active.isEmpty,
      samples: this.#samples,
      end: this.#end,
    }
  }
}
