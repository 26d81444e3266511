import type { Component, SensorSpec } from '../sensors/sensor.js'
import type { EnergyCurve } from './energy-curve.js'
import type { ReadingSeries } from './reading-series.js'

export type SelectionState = 'used' | 'superseded' | 'not-asked-for' | 'frozen' | 'mirrored' | 'broken'

export interface Selection {
  readonly state: SelectionState
  readonly reason?: string
}

/** What was seen of a sensor so far. */
export interface SensorEvidence {
  readonly spec: SensorSpec
  readonly curve: EnergyCurve
  readonly series?: ReadingSeries
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

/** No powered package, memory or board draws nothing for this long: a counter that stands still is not working. */
const FROZEN_SECONDS = 3

/** Hypervisors answer RAPL registers with a constant; second dies and some boards never advance. */
const isFrozen = ({ spec, curve }: SensorEvidence): boolean => {
  if (spec.kind !== 'energy_counter' || curve.times.length < 2) return false
  const span = curve.between(curve.times[0]!, curve.times.at(-1)!)
  const seconds = (curve.times.at(-1)! - curve.times[0]!) / 1e9 - span.unobservedSeconds
  return span.joules === 0 && seconds >= FROZEN_SECONDS
}

/** Two dies of one socket may show one counter twice: equal values, read one after the other, all the time. */
const isMirrorOf = (a: SensorEvidence, b: SensorEvidence): boolean => {
  if (!a.series || !b.series || a.spec.domain !== b.spec.domain || a.spec.provider !== b.spec.provider)
    return false
  // Boards are told apart by identity, and equal boards under equal load do show nearly equal counters.
  if (a.spec.component === 'gpu') return false
  if (a.spec.kind !== 'energy_counter' || b.spec.kind !== 'energy_counter' || a.curve.isEmpty) return false
  const raws = b.series.raws
  const shared = a.series.raws.length
  if (shared < 3 || raws.length !== shared) return false
  const first = a.series.raws[0]!
  // The two reads lie microseconds apart; a refresh may fall between them.
  const refresh = ((a.spec.maxPowerWatts ?? 500) * 2 * a.spec.updatePeriodMs) / 1000 / a.spec.scale
  let advanced = false
  for (let i = 0; i < shared; i++) {
    const mine = a.series.raws[i]!
    const other = raws[i]!
    if (Number.isNaN(mine) !== Number.isNaN(other)) return false
    if (Number.isNaN(mine)) continue
    if (Math.abs(mine - other) > Math.max(Math.abs(mine) * 1e-6, refresh)) return false
    if (mine !== first) advanced = true
  }
  return advanced
}

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

/**
 * Chooses sensors whose energies do not overlap, and says of every other why it was left out. Working instruments come
 * before models, outer meters before what they contain; a model fills in only for components nobody measures.
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
  const used: SensorEvidence[] = []
  const order = [...evidence].sort(
    (a, b) =>
      Number(a.spec.kind === 'model') - Number(b.spec.kind === 'model') ||
      PREFERENCE[a.spec.domain] - PREFERENCE[b.spec.domain],
  )
  for (const candidate of order) {
    const { spec } = candidate
    if (spec.optIn !== undefined && !optIns.includes(spec.optIn)) {
      selection.set(spec.id, { state: 'not-asked-for', reason: `used only with the option "${spec.optIn}"` })
      continue
    }
    if (candidate.curve.isEmpty) {
      const reason = spec.kind === 'model' ? 'processor time could not be read' : 'no reading succeeded'
      selection.set(spec.id, { state: 'broken', reason })
      continue
    }
    if (isFrozen(candidate)) {
      selection.set(spec.id, {
        state: 'frozen',
        reason: 'the counter did not advance while the machine was running (usual inside virtual machines)',
      })
      continue
    }
    const mirror = used.find(other => isMirrorOf(candidate, other))
    if (mirror) {
      selection.set(spec.id, { state: 'mirrored', reason: `shows the same counter as ${mirror.spec.id}` })
      continue
    }
    const overlapping = used.find(
      ({ spec: other }) => contents.get(other.id)?.has(spec.id) || contents.get(spec.id)?.has(other.id),
    )
    if (overlapping) {
      selection.set(spec.id, {
        state: 'superseded',
        reason: `its energy overlaps with ${overlapping.spec.id}`,
      })
      continue
    }
    if (spec.kind === 'model') {
      const taken = new Set<Component>(used.flatMap(({ spec: other }) => other.covers))
      const covered = spec.covers.find(component => taken.has(component))
      if (covered) {
        const by = used.find(({ spec: other }) => other.covers.includes(covered))!
        selection.set(spec.id, { state: 'superseded', reason: `${covered} is covered by ${by.spec.id}` })
        continue
      }
    }
    used.push(candidate)
    selection.set(spec.id, { state: 'used' })
  }
  return selection
}
