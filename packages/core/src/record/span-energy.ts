import type { AttributedSpan } from '../attribution/attributed-curve.js'
import type { Analysis } from '../meter/meter.js'
import type { Span } from '../meter/spans.js'
import { addCorrelated, sumQuantities } from '../quantity/combine.js'
import { JOULES_PER_KWH, type Quantity } from '../quantity/quantity.js'
import type { Component, SensorSpec } from '../sensors/sensor.js'

/** Energy of one or more spans, in kWh, with everything that is known about it. */
export interface SpanEnergy {
  readonly total?: Quantity
  readonly static?: Quantity
  readonly dynamic?: Quantity
  readonly machine?: Quantity
  readonly components: ReadonlyMap<Component, Quantity>
  /** Share of the total that instruments reported, 0 to 1. */
  readonly measuredShare?: number
}

interface Part {
  readonly spec: SensorSpec
  readonly sums: AttributedSpan
}

const addSpans = (a: AttributedSpan, b: AttributedSpan): AttributedSpan => ({
  machine: a.machine + b.machine,
  dynamic: a.dynamic + b.dynamic,
  static: a.static + b.static,
  low: a.low + b.low,
  high: a.high + b.high,
  unobserved: a.unobserved + b.unobserved,
})

const kwh = (value: number, low: number, high: number, spec: SensorSpec, method: string): Quantity => ({
  value: value / JOULES_PER_KWH,
  low: low / JOULES_PER_KWH,
  high: high / JOULES_PER_KWH,
  unit: 'kWh',
  tier: spec.tier,
  method,
})

/** How far the static part may be off where its power was looked up rather than observed. */
const LOOKED_UP_IDLE = 0.5

const partsOf = ({ curves }: Analysis, spans: readonly Span[]): Part[] =>
  curves.map(curve => ({
    spec: curve.spec,
    sums: spans
      .map(([from, to]) => curve.between(from, to))
      .reduce(addSpans, { machine: 0, dynamic: 0, static: 0, low: 0, high: 0, unobserved: 0 }),
  }))

const combine = (
  parts: readonly Part[],
  quantityOf: (part: Part) => Quantity,
  method: string,
): [Quantity | undefined, Map<Component, Quantity>] => {
  const components = new Map<Component, Quantity>()
  for (const component of new Set(parts.map(({ spec }) => spec.component))) {
    const inside = parts.filter(({ spec }) => spec.component === component).map(quantityOf)
    const [first, ...rest] = inside
    // Errors inside a component are of one kind: both sockets read too high, or neither.
    if (first) components.set(component, addCorrelated([first, ...rest], first.method))
  }
  return [sumQuantities([...components.values()], method), components]
}

const attributed = (parts: readonly Part[]): ReturnType<typeof combine> =>
  combine(
    parts,
    ({ spec, sums }) => kwh(sums.dynamic + sums.static, sums.low, sums.high, spec, spec.method),
    'sum over components, attributed to this run; bounds by root-sum-square',
  )

/** The total of `spanEnergy` alone, for the many windows of a long run. */
export const totalEnergy = (analysis: Analysis, spans: readonly Span[]): Quantity | undefined =>
  attributed(partsOf(analysis, spans))[0]

/**
 * Energy of a set of spans that do not overlap. Bounds add up inside a component, whose errors are of one kind, and
 * combine by root-sum-square between components.
 */
export const spanEnergy = (analysis: Analysis, spans: readonly Span[]): SpanEnergy => {
  const parts = partsOf(analysis, spans)
  const [total, components] = attributed(parts)
  const [machine] = combine(
    parts,
    ({ spec, sums }) =>
      kwh(
        sums.machine,
        sums.machine * spec.band.low,
        sums.machine * spec.band.high + sums.unobserved * (spec.maxPowerWatts ?? 0),
        spec,
        spec.method,
      ),
    'sum over components of the whole machine; bounds by root-sum-square',
  )
  // Whatever makes the whole too high or too low does so to both of its parts; beyond that, an idle power that is off
  // moves energy from one to the other.
  const splitPart = (part: Part, own: number, method: string): Quantity => {
    const { sums, spec } = part
    const value = sums.dynamic + sums.static
    if (value <= 0) return kwh(0, 0, sums.high, spec, method)
    const moved = analysis.idle.get(spec.id)?.observed ? 0 : LOOKED_UP_IDLE * sums.static
    const low = Math.max(0, own - moved) * (sums.low / value)
    const high = Math.min(value, own + moved) * (sums.high / value)
    return kwh(own, low, high, spec, method)
  }
  const [staticEnergy] = combine(
    parts,
    part => {
      const source = analysis.idle.get(part.spec.id)?.source ?? 'unknown idle power'
      return splitPart(part, part.sums.static, `energy at idle power (${source})`)
    },
    'static energy attributed to this run',
  )
  const [dynamic] = combine(
    parts,
    part => splitPart(part, part.sums.dynamic, 'energy above idle power'),
    'dynamic energy attributed to this run',
  )

  const value = total?.value ?? 0
  const measured = parts.reduce(
    (sum, { spec, sums }) => sum + (spec.tier === 'measured' ? sums.dynamic + sums.static : 0),
    0,
  )
  return {
    ...(total && { total }),
    ...(staticEnergy && { static: staticEnergy }),
    ...(dynamic && { dynamic }),
    ...(machine && { machine }),
    components,
    ...(value > 0 && { measuredShare: measured / JOULES_PER_KWH / value }),
  }
}
