import type { RunRecord } from '@epochwatt/core'
import { figureText, formatCarbon, formatEnergy } from '../format/figure.js'
import { formatDuration, formatInstant } from '../format/time.js'
import { headlineCarbon, headlineEnergy } from '../reading/headline.js'
import { STATUS_TEXT } from '../reading/wording.js'
import { type Html, html } from './html.js'
import { renderPage } from './page.js'
import { foreign, kindLine } from './parts.js'
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

/** What the page shows besides the run itself. */
export interface HtmlReportOptions {
  /** Runs to put beside this one. */
  readonly others?: readonly RunRecord[]
  /** The page is served beside a list of all runs, to which it then links. */
  readonly isServed?: boolean
}

const pageTitle = (record: RunRecord): string => {
  const energy = headlineEnergy(record).quantity
  const carbon = headlineCarbon(record).quantity
  const figures = [
    ...(energy ? [figureText(formatEnergy(energy))] : []),
    ...(carbon ? [figureText(formatCarbon(carbon))] : []),
  ]
  return [record.name, ...figures].join(', ')
}

const banner = (record: RunRecord, isServed: boolean): Html => html`<header>
${kindLine('Energy and carbon of a training run', isServed)}
<h1>${foreign(record.name)}</h1>
<dl class="facts">
<div><dt>Project</dt><dd>${foreign(record.project)}</dd></div>
<div><dt>Run</dt><dd><code>${record.id}</code></dd></div>
<div><dt>Status</dt><dd>${STATUS_TEXT[record.status]}</dd></div>
<div><dt>Began</dt><dd><time datetime="${record.started_at}">${formatInstant(record.started_at)}</time></dd></div>
<div><dt>Lasted</dt><dd>${formatDuration(record.duration_s)}</dd></div>
</dl>
</header>`

/**
 * One self-contained HTML page about a run: nothing loaded, light and dark, printable. It works from
 * `file://` and in a sandboxed frame.
 *
 * @example
 * writeFileSync('report.html', renderHtmlReport(openStore().read('latest')))
 */
export const renderHtmlReport = (record: RunRecord, options: HtmlReportOptions = {}): string =>
  renderPage({
    title: pageTitle(record),
    banner: banner(record, options.isServed ?? false),
    sections: [
      headlineSection(record),
      noticesSection(record),
      chartsSection(record),
      epochsSection(record),
      windowsSection(record),
      componentsSection(record),
      footprintSection(record),
      equivalentsSection(record),
      adviceSection(record),
      comparisonSection(record, options.others ?? []),
      provenanceSection(record),
      settingsSection(record),
      hardwareSection(record),
    ],
    origin: `Made by epochwatt from the record ${record.schema} of run ${record.id}.`,
  })
