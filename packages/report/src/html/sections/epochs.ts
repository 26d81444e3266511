import type { EpochRecord, RunRecord, SpanFigures } from '@epochwatt/core'
import { formatCarbon, formatEnergy } from '../../format/figure.js'
import { formatMetric, formatSignificant } from '../../format/number.js'
import { formatDuration } from '../../format/time.js'
import { type ClosingSpan, closingSpans } from '../../reading/closing-spans.js'
import { type EpochScales, epochScales } from '../../reading/epoch-scales.js'
import { epochMetricNames } from '../../reading/metrics.js'
import { type Html, html } from '../html.js'
import { quantityCells, section, tierMark } from '../parts.js'
import { type Cell, dataTable, type TableColumn } from '../table.js'

const SPAN_LABEL: Record<ClosingSpan['kind'], string> = {
  epochs: 'All epochs',
  outside: 'Outside epochs',
  run: 'Run',
}

const phaseNames = (record: RunRecord): readonly string[] => [
  ...new Set(record.epochs.flatMap(epoch => Object.keys(epoch.phases))),
]

const columnsOf = (
  scales: EpochScales,
  metrics: readonly string[],
  phases: readonly string[],
): readonly TableColumn[] => [
  { title: 'Epoch', kind: 'text' },
  { title: 'Duration', kind: 'number' },
  { title: `Energy ${scales.energy.unit}`, kind: 'number' },
  { title: '90 % interval', kind: 'number' },
  { title: 'Tier', kind: 'mark' },
  { title: `Carbon ${scales.carbon.unit}`, kind: 'number' },
  { title: `Mean ${scales.power.unit}`, kind: 'number' },
  { title: `Peak ${scales.power.unit}`, kind: 'number' },
  ...metrics.map((name): TableColumn => ({ title: name, kind: 'number' })),
  ...phases.map((name): TableColumn => ({ title: `${name} ${scales.energy.unit}`, kind: 'number' })),
  { title: 'Start', kind: 'number' },
]

const spanCells = (
  label: Cell,
  seconds: number,
  { energy_kwh, carbon_g }: SpanFigures,
  watts: number | undefined,
  scales: EpochScales,
): readonly Cell[] => [
  label,
  formatDuration(seconds),
  ...quantityCells(energy_kwh, quantity => formatEnergy(quantity, scales.energy)),
  energy_kwh && tierMark(energy_kwh.tier),
  quantityCells(carbon_g, quantity => formatCarbon(quantity, scales.carbon))[0],
  watts === undefined ? '' : formatSignificant(watts * scales.power.factor, 3),
]

const epochCells = (
  epoch: EpochRecord,
  scales: EpochScales,
  metrics: readonly string[],
  phases: readonly string[],
): readonly Cell[] => [
  ...spanCells(
    epoch.complete ? String(epoch.index) : html`${epoch.index} <span class="cut">cut short</span>`,
    epoch.ended_s - epoch.started_s,
    epoch,
    epoch.mean_power_w,
    scales,
  ),
  epoch.peak_power_w === undefined ? '' : formatSignificant(epoch.peak_power_w * scales.power.factor, 3),
  ...metrics.map(name => (epoch.metrics[name] === undefined ? '' : formatMetric(epoch.metrics[name]))),
  ...phases.map(name => {
    const phase = epoch.phases[name]
    return phase ? quantityCells(phase.energy_kwh, quantity => formatEnergy(quantity, scales.energy))[0] : ''
  }),
  formatDuration(epoch.started_s),
]

/** Why figures of the table are unknown, where they are. */
const reasonOf = ({ epochs, energy, carbon }: RunRecord): string | undefined => {
  if (!energy.total_kwh || epochs.some(epoch => !epoch.energy_kwh)) return energy.reason
  return carbon.operational_g ? undefined : carbon.reason
}

/** Every epoch, their sum, what lay outside of them, and the run. Carbon is operational throughout. */
export const epochsSection = (record: RunRecord): Html => {
  const scales = epochScales(record)
  const metrics = epochMetricNames(record)
  const phases = phaseNames(record)
  const reason = reasonOf(record)
  return section(
    'epochs',
    'Epochs',
    dataTable({
      label: 'Epochs, time outside epochs, and the run',
      columns: columnsOf(scales, metrics, phases),
      rows: record.epochs.map(epoch => epochCells(epoch, scales, metrics, phases)),
      totals: closingSpans(record).map(({ kind, seconds, figures, meanPowerWatts }) =>
        spanCells(SPAN_LABEL[kind], seconds, figures, meanPowerWatts, scales),
      ),
    }),
    reason !== undefined && html`<p class="note">Unknown: ${reason}</p>`,
    html`<p class="note">Energy is that of the IT equipment, carbon is operational; facility and embodied carbon follow below. All epochs and the time outside of them make the run.</p>`,
  )
}
