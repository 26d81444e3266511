import {
  type ExportedRun,
  JOULES_PER_KWH,
  type Quantity,
  type RecordEvent,
  type RunEvent,
  type SpanFigures,
} from '@epochwatt/core'
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
} from '@opentelemetry/sdk-metrics'

/** One kind of figure: its name in OpenTelemetry and its unit (UCUM). */
interface Instrument {
  readonly name: string
  readonly unit: string
  readonly description: string
  /**
   * Where it is the sum since the run began: whether it only grows. One that is sent time and again is corrected, also
   * downwards, when better evidence comes in; said to be growing, it would seem to begin anew and be counted twice.
   */
  readonly sum?: 'growing' | 'corrected'
}

// `hw.*` are OpenTelemetry's own, with the rule that a whole host is never in `hw.energy` or `hw.power`:
// https://opentelemetry.io/docs/specs/semconv/hardware/
const hwPower: Instrument = {
  name: 'hw.power',
  unit: 'W',
  description: 'Mean power of a kind of component, as far as it is booked to the run',
}
const hwEnergy: Instrument = {
  name: 'hw.energy',
  unit: 'J',
  description: 'Energy of a kind of component over the run, as far as it is booked to it',
  sum: 'growing',
}
const hostEnergy: Instrument = {
  name: 'hw.host.energy',
  unit: 'J',
  description: 'Energy of the whole machine over the run, other processes included',
  sum: 'growing',
}
const runPower: Instrument = {
  name: 'epochwatt.run.power',
  unit: 'W',
  description: 'Mean power that is booked to the run',
}
const runEnergy: Instrument = {
  name: 'epochwatt.run.energy',
  unit: 'J',
  description: 'Energy that is booked to the run, without the overhead of the building',
  sum: 'corrected',
}
const runCarbon: Instrument = {
  name: 'epochwatt.run.carbon',
  unit: 'g{CO2e}',
  description: 'Operational carbon of the run',
  sum: 'corrected',
}
const runEmbodied: Instrument = {
  name: 'epochwatt.run.embodied_carbon',
  unit: 'g{CO2e}',
  description: 'The run’s share of what the making of the hardware emitted',
  sum: 'growing',
}
const epochEnergy: Instrument = {
  name: 'epochwatt.epoch.energy',
  unit: 'J',
  description: 'Energy of the last epoch that ended',
}
const epochCarbon: Instrument = {
  name: 'epochwatt.epoch.carbon',
  unit: 'g{CO2e}',
  description: 'Operational carbon of the last epoch that ended',
}
const gridIntensity: Instrument = {
  name: 'epochwatt.grid.intensity',
  unit: 'g{CO2e}/kW.h',
  description: 'Carbon intensity of the electricity',
}

interface Point {
  readonly instrument: Instrument
  readonly value: number
  readonly attributes: Attributes
}

const point = (instrument: Instrument, value: number | undefined, attributes: Attributes = {}): Point[] =>
  value === undefined ? [] : [{ instrument, value, attributes }]

/** A figure with how far it can be trusted; bounds are series of their own, so that a dashboard can draw a band. */
const quantity = (instrument: Instrument, figure: Quantity | undefined, factor = 1): Point[] =>
  figure === undefined
    ? []
    : (['value', 'low', 'high'] as const).flatMap(bound =>
        point(instrument, figure[bound] * factor, {
          'epochwatt.tier': figure.tier,
          ...(bound !== 'value' && { 'epochwatt.bound': bound }),
        }),
      )

const totals = ({ energy_kwh, carbon_g }: SpanFigures): Point[] => [
  ...quantity(runEnergy, energy_kwh, JOULES_PER_KWH),
  ...quantity(runCarbon, carbon_g),
]

const hardware = (type: string, id: string = type): Attributes => ({ 'hw.id': id, 'hw.type': type })

const ofRecord = ({ record: { energy, carbon, grid } }: RecordEvent): Point[] => [
  ...totals({
    ...(energy.total_kwh && { energy_kwh: energy.total_kwh }),
    ...(carbon.operational_g && { carbon_g: carbon.operational_g }),
  }),
  ...quantity(runEmbodied, carbon.embodied_g),
  ...Object.entries(energy.components).flatMap(([component, { kwh }]) =>
    point(hwEnergy, kwh && kwh.value * JOULES_PER_KWH, hardware(component)),
  ),
  ...point(hostEnergy, energy.machine_kwh && energy.machine_kwh.value * JOULES_PER_KWH, { 'hw.id': 'host' }),
  ...point(gridIntensity, grid.g_per_kwh?.value),
]

const pointsOf = (event: RunEvent): Point[] => {
  if (event.type === 'record') return ofRecord(event)
  if (event.type === 'power') {
    const { total, gpu, ...others } = event.powerWatts
    // Boards apart where they are known, else together: never both, since they would be added up.
    const boards = event.gpuPowerWatts.flatMap((watts, index) =>
      point(hwPower, watts, hardware('gpu', `gpu${index}`)),
    )
    return [
      ...point(runPower, total),
      ...Object.entries(others).flatMap(([component, watts]) => point(hwPower, watts, hardware(component))),
      ...(boards.length > 0 ? boards : point(hwPower, gpu, hardware('gpu'))),
      ...point(gridIntensity, event.gridGramsPerKwh),
      ...totals(event.totals),
    ]
  }
  if (event.name !== 'epoch') return totals(event.totals)
  const { energy_kwh, carbon_g } = event.figures
  return [
    ...point(epochEnergy, energy_kwh && energy_kwh.value * JOULES_PER_KWH),
    ...point(epochCarbon, carbon_g?.value),
    ...totals(event.totals),
  ]
}

const hrTime = (timeMs: number): HrTime => [Math.floor(timeMs / 1000), Math.round((timeMs % 1000) * 1e6)]

const asMetric = (instrument: Instrument, dataPoints: DataPoint<number>[]): MetricData => {
  const { name, unit, description, sum } = instrument
  const base = {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints,
  }
  return sum
    ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: sum === 'growing' }
    : { ...base, dataPointType: DataPointType.GAUGE }
}

/** The points of events as OpenTelemetry has them, each at the instant that it was measured. */
export const metricData = (run: ExportedRun, events: readonly RunEvent[]): MetricData[] => {
  const startTime = hrTime(Date.parse(run.startedAt))
  // Also in the resource, but Prometheus makes labels of points alone: these are the names that `epochwatt serve` gives.
  const whose = { project: run.project, run: run.id }
  const series = new Map<Instrument, DataPoint<number>[]>()
  for (const event of events) {
    const endTime = hrTime(event.timeMs)
    for (const { instrument, value, attributes } of pointsOf(event)) {
      const points = series.get(instrument)
      const dataPoint = { startTime, endTime, attributes: { ...whose, ...attributes }, value }
      if (points) points.push(dataPoint)
      else series.set(instrument, [dataPoint])
    }
  }
  return [...series].map(([instrument, points]) => asMetric(instrument, points))
}
