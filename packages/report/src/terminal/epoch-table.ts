import type { EpochRecord, RunRecord, SpanFigures } from '@epochwatt/core'
import { formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric, formatSignificant } from '../format/number.js'
import { formatDuration } from '../format/time.js'
import { type ClosingSpan, closingSpans } from '../reading/closing-spans.js'
import { type EpochScales, epochScales } from '../reading/epoch-scales.js'
import { epochMetricNames } from '../reading/metrics.js'
import type { Paint } from './ansi.js'
import { printable } from './printable.js'
import { type Column, droppedLines, tableLines } from './table.js'
import { displayWidth, truncate } from './width.js'

/** More epochs than these are shown by their first and last ones. */
const MOST_EPOCHS = 24
const LONGEST_METRIC_NAME = 16
const UNKNOWN = 'unknown'

const SPAN_LABEL: Record<ClosingSpan['kind'], string> = { epochs: 'epochs', outside: 'outside', run: 'run' }

const spanCells = (
  label: string,
  seconds: number,
  { energy_kwh, carbon_g }: SpanFigures,
  watts: number | undefined,
  scales: EpochScales,
): readonly string[] => {
  const energy = energy_kwh && formatEnergy(energy_kwh, scales.energy)
  return [
    label,
    formatDuration(seconds),
    energy?.value ?? UNKNOWN,
    (energy && intervalText(energy)) ?? '',
    carbon_g ? formatCarbon(carbon_g, scales.carbon).value : UNKNOWN,
    watts === undefined ? '' : formatSignificant(watts * scales.power.factor, 3),
  ]
}

const epochCells = (
  epoch: EpochRecord,
  metrics: readonly string[],
  scales: EpochScales,
): readonly string[] => [
  ...spanCells(
    epoch.complete ? String(epoch.index) : `${epoch.index} (cut)`,
    epoch.ended_s - epoch.started_s,
    epoch,
    epoch.mean_power_w,
    scales,
  ),
  ...metrics.map(name => (epoch.metrics[name] === undefined ? '' : formatMetric(epoch.metrics[name]))),
]

const columnsOf = (scales: EpochScales, metrics: readonly string[]): readonly Column[] => [
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

/** The first and the last rows of a long list, with what was left out between them. */
const shorten = (rows: readonly string[], faint: Paint['faint']): readonly string[] => {
  const left = rows.length - MOST_EPOCHS
  if (left <= 1) return rows
  return [
    ...rows.slice(0, MOST_EPOCHS / 2),
    faint(`… ${left} more epochs …`),
    ...rows.slice(-MOST_EPOCHS / 2),
  ]
}

/** Epochs, their sum, the time outside epochs and the run: the last is the sum of the two before it. */
export const epochTable = (record: RunRecord, width: number, { strong, faint }: Paint): readonly string[] => {
  const scales = epochScales(record)
  const metrics = epochMetricNames(record)
  const cells = [
    ...record.epochs.map(epoch => epochCells(epoch, metrics, scales)),
    ...closingSpans(record).map(({ kind, seconds, figures, meanPowerWatts }) =>
      spanCells(SPAN_LABEL[kind], seconds, figures, meanPowerWatts, scales),
    ),
  ]
  const { header, body, dropped } = tableLines(columnsOf(scales, metrics), cells, width)
  const widest = body.reduce((most, line) => Math.max(most, displayWidth(line)), displayWidth(header))
  const epochs = body.slice(0, record.epochs.length)
  const closing = body.slice(record.epochs.length)
  return [
    faint(header),
    ...shorten(epochs, faint),
    ...(epochs.length > 0 ? [faint('─'.repeat(widest))] : []),
    ...closing.slice(0, -1),
    strong(closing.at(-1)!),
    ...droppedLines(dropped, width).map(faint),
  ]
}
