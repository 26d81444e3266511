import type { Quantity, RunRecord } from '@epochwatt/core'
import { equivalentAmount, equivalentSource } from '../../format/equivalent.js'
import { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from '../../format/figure.js'
import { formatFactor } from '../../format/number.js'
import { carbonScale, energyScale } from '../../format/scale.js'
import {
  embodiedLines,
  type FootprintLine,
  lossLines,
  notCounted,
  outsideTotalLines,
  splitLines,
  wasteLines,
} from '../../reading/footprint-lines.js'
import { headlineCarbon } from '../../reading/headline.js'
import { pictured } from '../../reading/pictured.js'
import { sentence } from '../../reading/wording.js'
import { type Html, html } from '../html.js'
import { section, tierBadge, unknown } from '../parts.js'
import { type Cell, dataTable, type TableColumn } from '../table.js'

const line = (
  label: string | Html,
  how: string,
  quantity: Quantity | undefined,
  format: (quantity: Quantity) => Figure,
  reason: string | undefined,
): readonly Cell[] => {
  if (!quantity) return [label, unknown(), '', undefined, sentence(reason ?? 'no reason was recorded')]
  const figure = format(quantity)
  return [label, figureText(figure), intervalText(figure) ?? '', tierBadge(quantity.tier), how]
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'Line', kind: 'text' },
  { title: 'Figure', kind: 'number' },
  { title: '90 % interval', kind: 'number' },
  { title: 'Tier', kind: 'text' },
  { title: 'Computed as', kind: 'prose' },
]

const cellsOf = ({ label, quantity, figure, how }: FootprintLine): readonly Cell[] =>
  quantity && figure
    ? [label, figureText(figure), intervalText(figure) ?? '', tierBadge(quantity.tier), how]
    : [label, '', '', undefined, how]

const asideTable = (title: string, lines: readonly FootprintLine[]): Html | false =>
  lines.length > 0 &&
  html`<h3>${title}</h3>
${dataTable({ label: title, columns: COLUMNS, rows: lines.map(cellsOf) })}`

/** From energy to carbon, one line a step, so that each can be checked. */
export const footprintSection = (record: RunRecord): Html => {
  const { energy, carbon, grid, pue } = record
  const { zone, year, basis, kind } = grid
  // One unit for all lines of a kind: they are added up and multiplied.
  const energyUnit = energyScale(energy.total_kwh?.value)
  const carbonUnit = carbonScale(headlineCarbon(record).quantity?.value)
  const ofEnergy = (quantity: Quantity) => formatEnergy(quantity, energyUnit)
  const ofCarbon = (quantity: Quantity) => formatCarbon(quantity, carbonUnit)
  const perKwh = `${formatFactor(grid.g_per_kwh.value)} gCO₂e/kWh`
  const missing = notCounted(record)
  return section(
    'footprint',
    'Footprint',
    dataTable({
      label: 'From energy to carbon, step by step',
      columns: COLUMNS,
      rows: [
        ...splitLines(record).map(cellsOf),
        line(
          'IT energy',
          'the run’s share of the machine’s energy',
          energy.total_kwh,
          ofEnergy,
          energy.reason,
        ),
        ...lossLines(record).map(cellsOf),
        line(
          'Facility energy',
          `${energy.losses ? '(IT energy + losses)' : 'IT energy'} × PUE ${formatFactor(pue.value)}`,
          energy.facility_kwh,
          ofEnergy,
          energy.reason,
        ),
        line(
          'Operational carbon',
          `facility energy × ${perKwh} (${zone}${year === undefined ? '' : ` ${year}`}, ${basis}, ${kind})`,
          carbon.operational_g,
          ofCarbon,
          carbon.reason,
        ),
        ...embodiedLines(record).map(cellsOf),
        line('Embodied carbon', carbon.embodied_g?.method ?? '', carbon.embodied_g, ofCarbon, carbon.reason),
      ],
      totals: [
        line(
          'Total carbon',
          carbon.embodied_g ? 'operational + embodied' : 'operational alone',
          carbon.total_g,
          ofCarbon,
          carbon.reason,
        ),
      ],
    }),
    asideTable('Beside the footprint, and in no total', outsideTotalLines(record)),
    asideTable('What of it served nothing', wasteLines(record)),
    missing !== undefined && html`<p class="note">${missing}</p>`,
    html`<p class="note">Offsets and certificates are not counted: they never make a figure smaller.</p>`,
  )
}

/** The carbon in things that can be pictured, each with whose factor it is. */
export const equivalentsSection = (record: RunRecord): Html | undefined => {
  const { quantity } = headlineCarbon(record)
  if (!quantity || quantity.value <= 0) return undefined
  return section(
    'equivalents',
    'About as much as',
    html`<ul class="equivalents">
${pictured(quantity.value).map(
  equivalent => html`<li><span class="much">${equivalentAmount(equivalent)}</span> ${equivalent.description} <span class="source">${equivalentSource(equivalent)}</span></li>
`,
)}</ul>
<p class="note">Each carries the interval of the carbon figure, and that of its own factor.</p>`,
  )
}
