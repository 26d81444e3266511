import type { RunRecord } from '@epochwatt/core'
import { sentence } from '../../reading/wording.js'
import type { Chart } from '../../svg/chart.js'
import { epochEnergyChart } from '../../svg/epoch-energy-chart.js'
import { NARROW, WIDE } from '../../svg/frame.js'
import { metricChart } from '../../svg/metric-chart.js'
import { powerChart } from '../../svg/power-chart.js'
import { type Html, html } from '../html.js'
import { section } from '../parts.js'
import { dataTable } from '../table.js'

const figure = (chart: Chart): Html => html`<figure>
<figcaption><h3>${chart.title}</h3>
<p>${chart.caption}</p></figcaption>
${chart.draw(WIDE)}
${chart.draw(NARROW)}
<details><summary>Numbers behind “${chart.title}”</summary>
${dataTable({
  label: `Numbers behind ${chart.title}`,
  columns: chart.table.columns.map(title => ({ title, kind: 'number' })),
  rows: chart.table.rows,
})}</details>
</figure>
`

const missing = (title: string, reason: string): Html => html`<div class="missing"><h3>${title}</h3>
<p>Not drawn: ${reason}</p></div>
`

const noEpochs = (record: RunRecord): string =>
  record.epochs.length === 0
    ? 'no epoch was recorded.'
    : `the energy of epochs is unknown. ${sentence(record.energy.reason ?? 'no reason was recorded')}`

/** Power over time, energy per epoch, and the main metric against energy. */
export const chartsSection = (record: RunRecord): Html => {
  const power = powerChart(record)
  const energy = epochEnergyChart(record)
  const metric = metricChart(record)
  return section(
    'charts',
    'Charts',
    power
      ? figure(power)
      : missing('Power over time', record.energy.reason ?? 'fewer than two points of power were recorded.'),
    energy ? figure(energy) : missing('Energy per epoch', noEpochs(record)),
    metric
      ? figure(metric)
      : missing(
          'A metric against energy',
          record.epochs.length === 0 || !record.epochs.some(epoch => epoch.energy_kwh)
            ? noEpochs(record)
            : 'epochs logged fewer than two values of a metric.',
        ),
  )
}
