import type { RunRecord } from '@epochwatt/core'
import type { RunComparison } from '../compare/compare-runs.js'
import type { Chart } from '../svg/chart.js'
import { courseChart } from '../svg/course-chart.js'
import { detailedRuns } from '../svg/detailed-run.js'
import { epochPanels } from '../svg/epoch-panels.js'
import { runEnergyChart } from '../svg/run-energy-chart.js'
import { componentStack, wasteStack } from '../svg/run-stacks.js'
import { tradeChart } from '../svg/trade-chart.js'
import { chartFigure, missingChart } from './chart-figure.js'
import { comparisonTable } from './comparison-table.js'
import { type Html, html } from './html.js'
import { renderPage } from './page.js'
import { foreign, kindLine, section } from './parts.js'
import { rerunSection } from './sections/rerun.js'

/** What the page shows besides the comparison itself. */
export interface HtmlComparisonOptions {
  /** Records of the runs that are drawn with their course and epochs: those that `runsInDetail` names. */
  readonly records?: readonly RunRecord[]
  /** The page is served beside a list of all runs, to which it then links. */
  readonly isServed?: boolean
}

const banner = ({ runs, reference, metric, at }: RunComparison, isServed: boolean): Html => {
  const projects = [...new Set(runs.map(({ project }) => project))]
  const referred = runs.find(({ id }) => id === reference)
  return html`<header>
${kindLine('Energy and carbon of training runs', isServed)}
<h1>${runs.length} runs compared</h1>
<dl class="facts">
<div><dt>${projects.length === 1 ? 'Project' : 'Projects'}</dt><dd>${foreign(projects.join(', '))}</dd></div>
${referred && html`<div><dt>Reference</dt><dd>${foreign(referred.name)} <code>${referred.id}</code></dd></div>`}
${metric !== undefined && html`<div><dt>Metric</dt><dd>${foreign(metric)}</dd></div>`}
${at !== undefined && html`<div><dt>Grid of all</dt><dd>${at}</dd></div>`}
</dl>
</header>`
}

const figureOr = (chart: Chart | undefined, title: string, reason: string): Html =>
  chart ? chartFigure(chart) : missingChart(title, reason)

const charts = (comparison: RunComparison): Html =>
  section(
    'charts',
    'Energy and results',
    figureOr(
      tradeChart(comparison),
      'A metric against energy',
      'fewer than two runs have both a metric and an energy.',
    ),
    figureOr(runEnergyChart(comparison), 'Energy of each run', 'the energy of no run is known.'),
  )

const courses = (comparison: RunComparison, records: readonly RunRecord[]): Html | undefined => {
  const runs = detailedRuns(comparison, records)
  if (runs.length === 0) return undefined
  return section(
    'courses',
    'Over time and epochs',
    figureOr(courseChart(runs), 'Energy over time', 'neither power nor epochs were recorded.'),
    figureOr(epochPanels(runs), 'Energy per epoch of each run', 'the energy of no epoch is known.'),
  )
}

const parts = (comparison: RunComparison): Html | undefined => {
  const drawn = [componentStack(comparison), wasteStack(comparison)].filter(chart => chart !== undefined)
  return drawn.length > 0 ? section('parts', 'Where it went', ...drawn.map(chartFigure)) : undefined
}

/**
 * One self-contained HTML page about several runs, in the manner of the report of one.
 *
 * @example
 * const { records } = openStore().list()
 * writeFileSync('runs.html', renderHtmlComparison(compareRuns(records), { records }))
 */
export const renderHtmlComparison = (
  comparison: RunComparison,
  { records = [], isServed = false }: HtmlComparisonOptions = {},
): string =>
  renderPage({
    title: `${comparison.runs.length} runs compared`,
    banner: banner(comparison, isServed),
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
      courses(comparison, records),
      parts(comparison),
      rerunSection(comparison),
    ],
    origin: `Made by epochwatt from the records of ${comparison.runs.length} runs.`,
  })
