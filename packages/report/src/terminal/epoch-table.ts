import type { EpochRecord, Quantity, RunRecord, SpanFigures } from '@epochwatt/core'
import { formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric, formatSignificant } from '../format/number.js'
import { carbonScale, energyScale, powerScale, type Scale } from '../format/scale.js'
import { formatDuration } from '../format/time.js'
import { epochsTotal } from '../reading/epochs-total.js'
import { meanPowerWatts } from '../reading/headline.js'
import { epochMetricNames } from '../reading/metrics.js'
import type { Paint } from './ansi.js'
import { printable } from './printable.js'
import { type Column, droppedLines, tableLines } from './table.js'
import { displayWidth, truncate } from './width.js'

/** More epochs than these are shown by their first and last ones. */
const MOST_EPOCHS = 24
const LONGEST_METRIC_NAME = 16
const UNKNOWN = 'unknown'

interface Scales {
  readonly energy: Scale
  readonly carbon: Scale
  readonly power: Scale
}

const known = (values: readonly (number | undefined)[]): number[] =>
  values.filter(value => value !== undefined)

/** One unit a column, chosen by its largest value, so that the numbers below each other can be compared. */
const scalesOf = (record: RunRecord): Scales => ({
  energy: energyScale(
    ...known(record.epochs.map(epoch => epoch.energy_kwh?.value)),
    record.energy.total_kwh?.value ?? 0,
  ),
  carbon: carbonScale(
    ...known(record.epochs.map(epoch => epoch.carbon_g?.value)),
    record.carbon.operational_g?.value ?? 0,
  ),
  power: powerScale(...known(record.epochs.map(epoch => epoch.mean_power_w))),
})

const energyCells = (quantity: Quantity | undefined, scale: Scale): readonly [string, string] => {
  if (!quantity) return [UNKNOWN, '']
  const figure = formatEnergy(quantity, scale)
  return [figure.value, intervalText(figure) ?? '']
}

const carbonCell = (quantity: Quantity | undefined, scale: Scale): string =>
  quantity ? formatCarbon(quantity, scale).value : UNKNOWN

const powerCell = (watts: number | undefined, scale: Scale): string =>
  watts === undefined ? '' : formatSignificant(watts * scale.factor, 3)

const spanCells = (
  label: string,
  durationSeconds: number,
  figures: SpanFigures,
  watts: number | undefined,
  scales: Scales,
): readonly string[] => [
  label,
  formatDuration(durationSeconds),
  ...energyCells(figures.energy_kwh, scales.energy),
  carbonCell(figures.carbon_g, scales.carbon),
  powerCell(watts, scales.power),
]

const epochCells = (epoch: EpochRecord, metrics: readonly string[], scales: Scales): readonly string[] => [
  ...spanCells(
    epoch.complete ? String(epoch.index) : `${epoch.index} (cut)`,
    epoch.ended_s - epoch.started_s,
    epoch,
    epoch.mean_power_w,
    scales,
  ),
  ...metrics.map(name => (epoch.metrics[name] === undefined ? '' : formatMetric(epoch.metrics[name]))),
]

const epochsTotalCells = (record: RunRecord, scales: Scales): readonly string[] =>
  spanCells(
    'epochs',
    record.epochs.reduce((sum, epoch) => sum + epoch.ended_s - epoch.started_s, 0),
    {
      energy_kwh: epochsTotal(record.epochs, 'energy_kwh'),
      carbon_g: epochsTotal(record.epochs, 'carbon_g'),
    },
    undefined,
    scales,
  )

const columnsOf = (scales: Scales, metrics: readonly string[]): readonly Column[] => [
  { title: 'epoch', align: 'right' },
  { title: 'duration', align: 'right' },
  { title: `energy ${scales.energy.unit}`, align: 'decimal' },
  { title: '90 % interval', align: 'right' },
  { title: scales.carbon.unit, align: 'decimal' },
  { title: `mean ${scales.power.unit}`, align: 'decimal' },
  ...metrics.map(
    (name): Column => ({ title: truncate(printable(name), LONGEST_METRIC_NAME), align: 'decimal' }),
  ),
]

/** Epochs, their sum, the time outside epochs and the run: the last is the sum of the two before it. */
export const epochTable = (record: RunRecord, width: number, { strong, faint }: Paint): readonly string[] => {
  const scales = scalesOf(record)
  const metrics = epochMetricNames(record)
  const epochs = record.epochs.map(epoch => epochCells(epoch, metrics, scales))
  const outside = spanCells(
    'outside',
    record.outside_epochs.duration_s,
    record.outside_epochs,
    undefined,
    scales,
  )
  const run = spanCells(
    'run',
    record.duration_s,
    { energy_kwh: record.energy.total_kwh, carbon_g: record.carbon.operational_g },
    meanPowerWatts(record),
    scales,
  )
  const totals = record.epochs.length > 0 ? [epochsTotalCells(record, scales), outside, run] : [run]
  const { header, body, dropped } = tableLines(columnsOf(scales, metrics), [...epochs, ...totals], width)
  const rows = body.slice(0, epochs.length)
  const left = rows.length - MOST_EPOCHS
  const shown =
    left <= 1
      ? rows
      : [...rows.slice(0, MOST_EPOCHS / 2), faint(`… ${left} more epochs …`), ...rows.slice(-MOST_EPOCHS / 2)]
  const rule = faint('─'.repeat(Math.max(displayWidth(header), ...body.map(displayWidth))))
  const sums = body.slice(epochs.length)
  return [
    faint(header),
    ...shown,
    ...(epochs.length > 0 ? [rule] : []),
    ...sums.slice(0, -1),
    strong(sums.at(-1)!),
    ...droppedLines(dropped, width).map(faint),
  ]
}
