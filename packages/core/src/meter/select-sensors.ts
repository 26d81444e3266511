import type { Component, SensorSpec } from '../sensors/sensor.js'
import type { EnergyCurve } from './energy-curve.js'
import type { ReadingSeries } from './reading-series.js'
import { isMirrorOf, selfCheck } from './self-check.js'
import type { CounterStep } from './unwrap.js'

export type SelectionState =
  | 'used'
  | 'superseded'
  | 'not-asked-for'
  | 'frozen'
  | 'mirrored'
  | 'implausible'
  | 'broken'

export interface Selection {
  readonly state: SelectionState
  readonly reason?: string
}

/** What was seen of a sensor so far. */
export interface SensorEvidence {
  readonly spec: SensorSpec
  readonly curve: EnergyCurve
  readonly series?: ReadingSeries
  /** Counter: how often each kind of irregular step was seen. */
  readonly irregular?: Readonly<Partial<Record<CounterStep, number>>>
}

/** Outer meters first: whoever comes first and is alive rules out what it contains. */
const PREFERENCE: Record<SensorSpec['domain'], number> = {
  wall: 0,
  battery: 1,
  platform: 2,
  soc: 3,
  package: 4,
  gpu: 5,
  dram: 6,
  core: 7,
  uncore: 8,
}

const COMPONENTS: readonly Component[] = ['cpu', 'memory', 'gpu', 'other']

const transitiveContents = (specs: readonly SensorSpec[]): Map<string, Set<string>> => {
  const direct = new Map(specs.map(spec => [spec.id, spec.contains]))
  const all = new Map<string, Set<string>>()
  for (const { id } of specs) {
    const inside = new Set<string>()
    const queue = [...(direct.get(id) ?? [])]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (inside.has(next) || next === id) continue
      inside.add(next)
      queue.push(...(direct.get(next) ?? []))
    }
    all.set(id, inside)
  }
  return all
}

const isWhole = ({ covers }: SensorSpec): boolean => COMPONENTS.every(component => covers.includes(component))

/** A meter of the whole machine has everything in it but another of its own kind, which is the other of two plugs. */
const isInside = (inner: SensorSpec, outer: SensorSpec): boolean =>
  isWhole(outer) && !(isWhole(inner) && inner.domain === outer.domain)

/**
 * What the user named stands for all that it covers. Two of them that cover the same are two plugs of one machine, and
 * add up; of two that cover different parts, the smaller one lies inside the larger.
 */
const isOverruled = (outer: SensorSpec, inner: SensorSpec): boolean =>
  outer.overrules === true &&
  outer.covers.some(component => inner.covers.includes(component)) &&
  !(inner.overrules === true && inner.covers.length === outer.covers.length)

/** Two providers may find one device; within one, `contains` says what repeats what. */
const isTwin = (a: SensorSpec, b: SensorSpec): boolean =>
  a.device === b.device && a.domain === b.domain && a.provider !== b.provider

/** A battery shows the whole device, screen included, and only now and then: better than a model, but not than counters. */
const isStopgap = ({ kind, domain }: SensorSpec): boolean => kind === 'model' || domain === 'battery'

const isAskedFor = ({ optIn }: SensorSpec, optIns: readonly string[]): boolean =>
  optIn === undefined || optIns.includes(optIn)

/**
 * Chooses sensors whose energies do not overlap, and says of every other why it was left out. Working instruments come
 * before models, outer meters before what they contain, counters before gauges; a model or a battery fills in only for
 * components nobody measures.
 *
 * The choice is made from evidence in the journal, so a counter that turns out to be frozen after a few seconds gives
 * way to the next best source in hindsight too.
 */
export const selectSensors = (
  evidence: readonly SensorEvidence[],
  optIns: readonly string[],
): Map<string, Selection> => {
  const selection = new Map<string, Selection>()
  const contents = transitiveContents(evidence.map(({ spec }) => spec))
  const contains = (outer: SensorSpec, inner: SensorSpec): boolean =>
    contents.get(outer.id)?.has(inner.id) === true || isInside(inner, outer)
  const overlaps = (a: SensorSpec, b: SensorSpec): boolean =>
    contains(a, b) || contains(b, a) || isTwin(a, b) || isOverruled(a, b)
  const used: SensorEvidence[] = []
  const works = (candidate: SensorEvidence): boolean =>
    isAskedFor(candidate.spec, optIns) && !candidate.curve.isEmpty && !selfCheck(candidate, evidence)
  const ofProcessor = evidence.find(
    candidate => !isStopgap(candidate.spec) && candidate.spec.covers.includes('cpu') && works(candidate),
  )

  const judge = (candidate: SensorEvidence): Selection => {
    const { spec } = candidate
    if (!isAskedFor(spec, optIns))
      return { state: 'not-asked-for', reason: `used only with the option "${spec.optIn}"` }
    const fault = selfCheck(candidate, evidence)
    if (fault) return fault
    if (candidate.curve.isEmpty) {
      const reason = spec.kind === 'model' ? 'processor time could not be read' : 'no reading succeeded'
      return { state: 'broken', reason }
    }
    const mirror = used.find(other => isMirrorOf(candidate, other))
    if (mirror) return { state: 'mirrored', reason: `shows the same counter as ${mirror.spec.id}` }
    const overlapping = used.find(other => overlaps(other.spec, spec))
    if (overlapping) return { state: 'superseded', reason: `its energy overlaps with ${overlapping.spec.id}` }
    if (spec.domain === 'battery' && ofProcessor)
      return { state: 'superseded', reason: `${ofProcessor.spec.id} measures the processor more closely` }
    if (spec.kind === 'model') {
      const by = used.find(({ spec: other }) =>
        spec.covers.some(component => other.covers.includes(component)),
      )
      const covered = by && spec.covers.find(component => by.spec.covers.includes(component))
      if (by) return { state: 'superseded', reason: `${covered} is covered by ${by.spec.id}` }
    }
    return { state: 'used' }
  }

  const order = [...evidence].sort(
    (a, b) =>
      Number(b.spec.overrules === true) - Number(a.spec.overrules === true) ||
      (a.spec.overrules ? b.spec.covers.length - a.spec.covers.length : 0) ||
      Number(a.spec.kind === 'model') - Number(b.spec.kind === 'model') ||
      PREFERENCE[a.spec.domain] - PREFERENCE[b.spec.domain] ||
      Number(a.spec.kind === 'power_gauge') - Number(b.spec.kind === 'power_gauge'),
  )
  for (const candidate of order) {
    const verdict = judge(candidate)
    if (verdict.state === 'used') used.push(candidate)
    selection.set(candidate.spec.id, verdict)
  }
  return selection
}
