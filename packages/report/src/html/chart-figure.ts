import type { Chart } from '../svg/chart.js'
import { NARROW, WIDE } from '../svg/frame.js'
import { type Html, html } from './html.js'
import { dataTable } from './table.js'

/** A chart for a desk and for a phone, with the table of its numbers behind it. */
export const chartFigure = (chart: Chart): Html => html`<figure>
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

export const missingChart = (
  title: string,
  reason: string,
): Html => html`<div class="missing"><h3>${title}</h3>
<p>Not drawn: ${reason}</p></div>
`
