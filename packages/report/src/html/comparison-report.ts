import type { RunComparison } from '../compare/compare-runs.js'
import { runEnergyChart } from '../svg/run-energy-chart.js'
import { tradeChart } from '../svg/trade-chart.js'
import { chartFigure, missingChart } from './chart-figure.js'
import { comparisonTable } from './comparison-table.js'
import { type Html, html } from './html.js'
import { renderPage } from './page.js'
import { foreign, section } from './parts.js'

const banner = ({ runs, reference, metric, at }: RunComparison): Html => {
  const projects = [...new Set(runs.map(({ project }) => project))]
  const referred = runs.find(({ id }) => id === reference)
  return html`<header>
<p class="kind"><span>Energy and carbon of training runs</span> <span>epochwatt</span></p>
<h1>${runs.length} runs compared</h1>
<dl class="facts">
<div><dt>${projects.length === 1 ? 'Project' : 'Projects'}</dt><dd>${foreign(projects.join(', '))}</dd></div>
${referred && html`<div><dt>Reference</dt><dd>${foreign(referred.name)} <code>${referred.id}</code></dd></div>`}
${metric !== undefined && html`<div><dt>Metric</dt><dd>${foreign(metric)}</dd></div>`}
${at !== undefined && html`<div><dt>Grid of all</dt><dd>${at}</dd></div>`}
</dl>
</header>`
}

const charts = (comparison: RunComparison): Html => {
  const energy = runEnergyChart(comparison)
  const trade = tradeChart(comparison)
  return section(
    'charts',
    'Charts',
    energy ? chartFigure(energy) : missingChart('Energy of each run', 'the energy of no run is known.'),
    trade
      ? chartFigure(trade)
      : missingChart('A metric against energy', 'fewer than two runs have both a metric and an energy.'),
  )
}

/**
 * One self-contained HTML page about several runs, in the manner of the report of one.
 *
 * @example
 * writeFileSync('runs.html', renderHtmlComparison(compareRuns(openStore().list().records)))
 */
export const renderHtmlComparison = (comparison: RunComparison): string =>
  renderPage({
    title: `${comparison.runs.length} runs compared`,
    banner: banner(comparison),
    sections: [
      section(
        'comparison',
        'Runs',
        ...comparisonTable(comparison, {
          label: 'Runs compared',
          reference: 'the reference',
          numbered: true,
        }),
      ),
      charts(comparison),
    ],
    origin: `Made by epochwatt from the records of ${comparison.runs.length} runs.`,
  })
