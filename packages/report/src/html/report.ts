import type { RunRecord } from '@epochwatt/core'
import { figureText, formatCarbon, formatEnergy } from '../format/figure.js'
import { formatDuration, formatInstant } from '../format/time.js'
import { headlineCarbon, headlineEnergy } from '../reading/headline.js'
import { STATUS_TEXT, TIER_MARK, TIER_MEANING } from '../reading/wording.js'
import { Html, html } from './html.js'
import { foreign } from './parts.js'
import { adviceSection } from './sections/advice.js'
import { chartsSection } from './sections/charts.js'
import { comparisonSection } from './sections/comparison.js'
import { componentsSection } from './sections/components.js'
import { epochsSection } from './sections/epochs.js'
import { equivalentsSection, footprintSection } from './sections/footprint.js'
import { headlineSection } from './sections/headline.js'
import { noticesSection } from './sections/notices.js'
import { hardwareSection, provenanceSection, settingsSection } from './sections/provenance.js'
import { windowsSection } from './sections/windows.js'
import { STYLE } from './style.js'

export interface HtmlReportOptions {
  /** Runs to put beside this one. */
  readonly others?: readonly RunRecord[]
}

/** Nothing may be loaded and nothing may run, whatever a record says: only the page's own style is allowed. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

const pageTitle = (record: RunRecord): string => {
  const energy = headlineEnergy(record).quantity
  const carbon = headlineCarbon(record).quantity
  const figures = [
    ...(energy ? [figureText(formatEnergy(energy))] : []),
    ...(carbon ? [figureText(formatCarbon(carbon))] : []),
  ]
  return [record.name, ...figures].join(', ')
}

const head = (record: RunRecord): Html => html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="epochwatt">
<link rel="icon" href="data:,">
<title>${pageTitle(record)}</title>
<style>${new Html(STYLE)}</style>
</head>`

const banner = (record: RunRecord): Html => html`<header>
<p class="kind"><span>Energy and carbon of a training run</span> <span>epochwatt</span></p>
<h1>${foreign(record.name)}</h1>
<dl class="facts">
<div><dt>Project</dt><dd>${foreign(record.project)}</dd></div>
<div><dt>Run</dt><dd><code>${record.id}</code></dd></div>
<div><dt>Status</dt><dd>${STATUS_TEXT[record.status]}</dd></div>
<div><dt>Began</dt><dd><time datetime="${record.started_at}">${formatInstant(record.started_at)}</time></dd></div>
<div><dt>Lasted</dt><dd>${formatDuration(record.duration_s)}</dd></div>
</dl>
</header>`

const legend = (record: RunRecord): Html => html`<footer>
<p>${(['measured', 'modelled', 'assumed'] as const).map(
  tier => html`<span class="tier">${TIER_MARK[tier]} ${tier}</span>: ${TIER_MEANING[tier]}. `,
)}A sum has the worst tier that carries more than 5 % of it.</p>
<p>Intervals are meant to hold the true value nine times in ten. Figures are rounded to the digits that their interval supports; the record holds all of them.</p>
<p>Made by epochwatt from the record ${record.schema} of run ${record.id}. This file is complete in itself and loads nothing.</p>
</footer>`

/**
 * One self-contained HTML page about a run: no script, nothing loaded, light and dark, printable. It works from
 * `file://` and in a sandboxed frame.
 *
 * @example
 * writeFileSync('report.html', renderHtmlReport(openStore().read('latest')))
 */
export const renderHtmlReport = (record: RunRecord, options: HtmlReportOptions = {}): string => {
  const page = html`${new Html('<!doctype html>')}
<html lang="en">
${head(record)}
<body>
${banner(record)}
<main>
${headlineSection(record)}
${noticesSection(record)}
${chartsSection(record)}
${epochsSection(record)}
${windowsSection(record)}
${componentsSection(record)}
${footprintSection(record)}
${equivalentsSection(record)}
${adviceSection(record)}
${comparisonSection(record, options.others ?? [])}
${provenanceSection(record)}
${settingsSection(record)}
${hardwareSection(record)}
</main>
${legend(record)}
</body>
</html>
`
  return page.markup
}
