import type { EpochRecord, RunRecord } from '@epochwatt/core'
import { type Figure, formatCarbon, formatEnergy } from '../../format/figure.js'
import { formatMetric, formatSignificant } from '../../format/number.js'
import { carbonScale, energyScale, powerScale, type Scale } from '../../format/scale.js'
import { formatDuration } from '../../format/time.js'
import { epochsTotal } from '../../reading/epochs-total.js'
import { epochMetricNames } from '../../reading/metrics.js'
import { type Html, html } from '../html.js'
import { foreign, quantityCells, section, tierMark } from '../parts.js'
import { type Cell, dataTable, type TableColumn } from '../table.js'

interface EpochScales {
  readonly energy: Scale
  readonly carbon: Scale
  readonly power: Scale
}

const known = (values: readonly (number | undefined)[]): number[] =>
  values.filter(value => value !== undefined)

const phaseNames = (record: RunRecord): readonly string[] => [
  ...new Set(record.epochs.flatMap(epoch => Object.keys(epoch.phases))),
]

const power = (watts: number | undefined, scale: Scale): string =>
  watts === undefined ? '' : formatSignificant(watts * scale.factor, 3)

const columnsOf = (
  scales: EpochScales,
  phases: readonly string[],
  metrics: readonly string[],
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

const epochRow = (
  epoch: EpochRecord,
  scales: EpochScales,
  phases: readonly string[],
  metrics: readonly string[],
): readonly Cell[] => {
  const energy = (quantity: EpochRecord['energy_kwh']) =>
    quantityCells(quantity, (q): Figure => formatEnergy(q, scales.energy))
  return [
    epoch.complete ? String(epoch.index) : html`${epoch.index} <span class="cut">cut short</span>`,
    formatDuration(epoch.ended_s - epoch.started_s),
    ...energy(epoch.energy_kwh),
    epoch.energy_kwh && tierMark(epoch.energy_kwh.tier),
    quantityCells(epoch.carbon_g, q => formatCarbon(q, scales.carbon))[0],
    power(epoch.mean_power_w, scales.power),
    power(epoch.peak_power_w, scales.power),
    ...metrics.map(name => (epoch.metrics[name] === undefined ? '' : formatMetric(epoch.metrics[name]))),
    ...phases.map(name => (epoch.phases[name] ? energy(epoch.phases[name].energy_kwh)[0] : '')),
    formatDuration(epoch.started_s),
  ]
}

const spanRow = (
  label: string,
  seconds: number,
  figures: Pick<EpochRecord, 'energy_kwh' | 'carbon_g'>,
  scales: EpochScales,
): readonly Cell[] => [
  label,
  formatDuration(seconds),
  ...quantityCells(figures.energy_kwh, q => formatEnergy(q, scales.energy)),
  figures.energy_kwh && tierMark(figures.energy_kwh.tier),
  quantityCells(figures.carbon_g, q => formatCarbon(q, scales.carbon))[0],
]

const reasons = (record: RunRecord): Html | false => {
  const unknownEnergy = record.epochs.some(epoch => !epoch.energy_kwh) || !record.energy.total_kwh
  const text = unknownEnergy
    ? record.energy.reason
    : record.carbon.operational_g
      ? undefined
      : record.carbon.reason
  return text !== undefined && html`<p class="note">Unknown: ${text}</p>`
}

/** Every epoch, their sum, what lay outside of them, and the run. Carbon is operational throughout. */
export const epochsSection = (record: RunRecord): Html => {
  const phases = phaseNames(record)
  const metrics = epochMetricNames(record)
  const scales: EpochScales = {
    energy: energyScale(
      ...known(record.epochs.map(epoch => epoch.energy_kwh?.value)),
      record.energy.total_kwh?.value ?? 0,
    ),
    carbon: carbonScale(
      ...known(record.epochs.map(epoch => epoch.carbon_g?.value)),
      record.carbon.operational_g?.value ?? 0,
    ),
    power: powerScale(...known(record.epochs.map(epoch => epoch.peak_power_w ?? epoch.mean_power_w))),
  }
  const inEpochs = record.epochs.reduce((sum, epoch) => sum + epoch.ended_s - epoch.started_s, 0)
  const sums: Pick<EpochRecord, 'energy_kwh' | 'carbon_g'> = {
    energy_kwh: epochsTotal(record.epochs, 'energy_kwh'),
    carbon_g: epochsTotal(record.epochs, 'carbon_g'),
  }
  return section(
    'epochs',
    'Epochs',
    dataTable({
      label: 'Epochs, time outside epochs, and the run',
      columns: columnsOf(scales, phases, metrics),
      rows: record.epochs.map(epoch => epochRow(epoch, scales, phases, metrics)),
      totals: [
        ...(record.epochs.length > 0 ? [spanRow('All epochs', inEpochs, sums, scales)] : []),
        spanRow('Outside epochs', record.outside_epochs.duration_s, record.outside_epochs, scales),
        spanRow(
          'Run',
          record.duration_s,
          { energy_kwh: record.energy.total_kwh, carbon_g: record.carbon.operational_g },
          scales,
        ),
      ],
    }),
    html`<p class="note">Energy is that of the IT equipment, carbon is operational; facility and embodied carbon follow below. All epochs and the time outside of them make the run.</p>`,
    reasons(record),
  )
}

/** Sections of the run that its user named. They may nest and overlap, so there is no sum of them. */
export const windowsSection = (record: RunRecord): Html | undefined => {
  if (record.windows.length === 0) return undefined
  const scale = energyScale(...known(record.windows.map(window => window.energy_kwh?.value)))
  const carbon = carbonScale(...known(record.windows.map(window => window.carbon_g?.value)))
  return section(
    'windows',
    'Windows',
    dataTable({
      label: 'Windows named by the user',
      columns: [
        { title: 'Window', kind: 'text' },
        { title: 'Start', kind: 'number' },
        { title: 'Duration', kind: 'number' },
        { title: `Energy ${scale.unit}`, kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: `Carbon ${carbon.unit}`, kind: 'number' },
        { title: 'Attributes', kind: 'text' },
      ],
      rows: record.windows.map(window => [
        foreign(window.name),
        formatDuration(window.started_s),
        formatDuration(window.ended_s - window.started_s),
        ...quantityCells(window.energy_kwh, q => formatEnergy(q, scale)),
        quantityCells(window.carbon_g, q => formatCarbon(q, carbon))[0],
        foreign(
          Object.entries(window.attributes)
            .map(([name, value]) => `${name} = ${value}`)
            .join(', '),
        ),
      ]),
    }),
    html`<p class="note">Windows may nest and overlap; they are not meant to be added.</p>`,
  )
}
