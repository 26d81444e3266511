import type { Selection, SensorEvidence } from './select-sensors.js'

/** No powered package, memory or board draws nothing for this long: a counter that stands still is not working. */
const FROZEN_SECONDS = 3

/** Some counters are refreshed so seldom that standing still for some seconds is their way to work. */
const FROZEN_PERIODS = 3

/** Beyond this factor, counter and gauge of one device do not speak of the same thing. */
const AGREEMENT = 10

/** Less observed time than this proves nothing. */
const AGREEMENT_SECONDS = 3

/** More impossible steps than possible ones: what the file shows is no energy. */
const IMPLAUSIBLE_STEPS = 3

interface Observed {
  readonly joules: number
  readonly seconds: number
}

const observed = ({ curve }: SensorEvidence): Observed => {
  if (curve.times.length < 2) return { joules: 0, seconds: 0 }
  const [from, to] = [curve.times[0]!, curve.times.at(-1)!]
  const { joules, unobservedSeconds } = curve.between(from, to)
  return { joules, seconds: (to - from) / 1e9 - unobservedSeconds }
}

const frozen = (candidate: SensorEvidence): Selection | undefined => {
  const { joules, seconds } = observed(candidate)
  const patience = Math.max(FROZEN_SECONDS, (FROZEN_PERIODS * candidate.spec.updatePeriodMs) / 1000)
  if (joules > 0 || seconds < patience) return undefined
  const usual =
    candidate.spec.component === 'gpu'
      ? 'it sleeps, is the second die of a board, or its firmware does not count'
      : 'usual inside virtual machines'
  return {
    state: 'frozen',
    reason: `the counter did not advance in ${Math.round(seconds)} s while the machine was running (${usual})`,
  }
}

const impossible = ({ spec, series, irregular }: SensorEvidence): Selection | undefined => {
  const impossibleSteps = irregular?.implausible ?? 0
  if (impossibleSteps < IMPLAUSIBLE_STEPS) return undefined
  const readings = series?.raws.filter(raw => !Number.isNaN(raw)).length ?? 0
  const steps = spec.kind === 'power_gauge' ? readings : readings - 1
  if (2 * impossibleSteps <= steps) return undefined
  const most = spec.maxPowerWatts === undefined ? '' : ` (at most ${Math.round(spec.maxPowerWatts)} W)`
  const reason =
    spec.kind === 'power_gauge'
      ? `${impossibleSteps} of ${steps} readings of the gauge are no power that this hardware can draw${most}`
      : `${impossibleSteps} of ${steps} steps of the counter would need more power than this hardware can draw${most}`
  return { state: 'implausible', reason }
}

/** The counter of a device against the gauge of the same device, where it has both. */
const disagreeing = (
  candidate: SensorEvidence,
  evidence: readonly SensorEvidence[],
): Selection | undefined => {
  const { spec } = candidate
  const gauge = evidence.find(
    other =>
      other.spec.kind === 'power_gauge' &&
      other.spec.device === spec.device &&
      other.spec.domain === spec.domain &&
      other.spec.tier === spec.tier,
  )
  if (!gauge) return undefined
  const [counted, gauged] = [observed(candidate), observed(gauge)]
  if (counted.seconds < AGREEMENT_SECONDS || gauged.seconds < AGREEMENT_SECONDS) return undefined
  const counterWatts = counted.joules / counted.seconds
  const gaugeWatts = gauged.joules / gauged.seconds
  if (gaugeWatts <= 0 || counterWatts <= 0) return undefined
  const ratio = counterWatts / gaugeWatts
  if (ratio <= AGREEMENT && ratio >= 1 / AGREEMENT) return undefined
  return {
    state: 'implausible',
    reason: `the counter says ${counterWatts.toPrecision(3)} W where ${gauge.spec.id} says ${gaugeWatts.toPrecision(3)} W`,
  }
}

/**
 * Why an instrument must not be believed, judged by what was read so far: a counter that stands still or contradicts the
 * gauge of its own device, a counter or gauge that says what no hardware could. Undefined when nothing speaks against it.
 */
export const selfCheck = (
  candidate: SensorEvidence,
  evidence: readonly SensorEvidence[],
): Selection | undefined =>
  candidate.spec.kind === 'energy_counter'
    ? (frozen(candidate) ?? impossible(candidate) ?? disagreeing(candidate, evidence))
    : impossible(candidate)

/** Two dies of one socket may show one counter twice: equal values, read one after the other, all the time. */
export const isMirrorOf = (a: SensorEvidence, b: SensorEvidence): boolean => {
  if (!a.series || !b.series || a.spec.domain !== b.spec.domain || a.spec.provider !== b.spec.provider)
    return false
  // Who names two meters has two.
  if (a.spec.overrules) return false
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
