import type { Quantity, RunRecord } from '@epochwatt/core'
import { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatSignificant } from '../format/number.js'
import { powerScale } from '../format/scale.js'
import { formatDuration, formatInstant } from '../format/time.js'
import { headlineCarbon, meanPowerWatts } from '../reading/headline.js'
import type { RunDigest } from '../reading/run-digest.js'
import { type Html, html } from './html.js'
import { renderPage } from './page.js'
import { foreign, kindLine, section, tierMark, unknown } from './parts.js'
import { type Cell, dataTable, SortedCell, type TableColumn, tableRows } from './table.js'

/** More rows than these are for the command line. */
const MOST_ROWS = 1000

/** A run that goes on. */
export interface LiveRun {
  readonly record: RunRecord
  /** Whether its process still writes. */
  readonly isAlive: boolean
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'Run', kind: 'text' },
  { title: 'Energy', kind: 'number' },
  { title: '90 % interval', kind: 'number' },
  { title: 'Tier', kind: 'mark', facet: true },
  { title: 'Carbon', kind: 'number' },
  { title: 'Epochs', kind: 'number' },
  { title: 'Duration', kind: 'number' },
  { title: 'Grid', kind: 'text', facet: true },
  { title: 'Status', kind: 'text', facet: true },
  { title: 'Project', kind: 'text', facet: true },
  { title: 'Began', kind: 'text' },
]

/** Each figure in its own unit: rows come and go, and the titles above them stay. */
const figureCell = (quantity: Quantity | undefined, format: (quantity: Quantity) => Figure): SortedCell =>
  new SortedCell(quantity ? figureText(format(quantity)) : unknown(), quantity?.value)

const rowOf = (run: RunDigest): readonly Cell[] => {
  const { total_kwh } = run.energy
  return [
    new SortedCell(
      html`<input type="checkbox" name="run" value="${run.id}" aria-label="Choose ${run.name}"> <a href="/runs/${run.id}">${foreign(run.name)}</a><br><code>${run.id}</code>`,
      run.name,
    ),
    figureCell(total_kwh, formatEnergy),
    new SortedCell(
      (total_kwh && intervalText(formatEnergy(total_kwh))) ?? '',
      total_kwh && total_kwh.high - total_kwh.low,
    ),
    total_kwh && new SortedCell(tierMark(total_kwh.tier), total_kwh.tier),
    figureCell(headlineCarbon(run).quantity, formatCarbon),
    new SortedCell(String(run.epochs.count), run.epochs.count),
    new SortedCell(formatDuration(run.duration_s), run.duration_s),
    new SortedCell(html`${run.grid.zone}${run.grid.fallback && ' (unknown place)'}`, run.grid.zone),
    new SortedCell(run.status, run.status),
    new SortedCell(foreign(run.project), run.project),
    new SortedCell(html`<span class="whole">${formatInstant(run.started_at)}</span>`, run.started_at),
  ]
}

/** The latest first. */
const listed = (digests: readonly RunDigest[]): readonly RunDigest[] => digests.slice(-MOST_ROWS).toReversed()

/**
 * Rows of the list alone, to be put in place of older ones.
 *
 * @example
 * ```ts
 * const markup = renderStoreRows(openStore().list().records.map(digestOf))
 * ```
 */
export const renderStoreRows = (digests: readonly RunDigest[]): string =>
  tableRows(listed(digests).map(rowOf), COLUMNS).markup

/** A small drawing of the power so far, without axes: the figures beside it have the numbers. */
const spark = ({ power }: RunRecord): Html | undefined => {
  const { mean_w } = power
  const highest = Math.max(...mean_w)
  if (mean_w.length < 2 || highest <= 0) return undefined
  const points = mean_w.map(
    (watts, i) =>
      `${((i / (mean_w.length - 1)) * 300).toFixed(1)},${(42 - (watts / highest) * 40).toFixed(1)}`,
  )
  return html`<svg class="spark" viewBox="0 0 300 44" preserveAspectRatio="none" aria-hidden="true"><polyline class="line" vector-effect="non-scaling-stroke" points="${points.join(' ')}"/></svg>`
}

const amount = (label: string, figure: { value: string; unit: string } | undefined): Html =>
  html`<div><dt>${label}</dt><dd>${figure ? html`${figure.value} <span class="unit">${figure.unit}</span>` : unknown()}</dd></div>`

const card = ({ record, isAlive }: LiveRun): Html => {
  const { energy, carbon, epochs, power } = record
  const now = power.mean_w.at(-1) ?? meanPowerWatts(record)
  const watts = now === undefined ? undefined : powerScale(now)
  const [time, unit] = formatDuration(record.duration_s).split(' ') as [string, string]
  return html`<article class="card" data-run="${record.id}"><h3><a href="/runs/${record.id}">${foreign(record.name)}</a>
<span class="pulse">${isAlive ? '● running' : 'its process is gone'}</span></h3>
<p class="source">${foreign(record.project)} · <code>${record.id}</code>${epochs.length > 0 && ` · epoch ${epochs.at(-1)!.index}`}</p>
<dl>
${amount('Power', watts && { value: formatSignificant(now! * watts.factor, 3), unit: watts.unit })}
${amount('Energy so far', energy.total_kwh && formatEnergy(energy.total_kwh))}
${amount('Carbon so far', carbon.operational_g && formatCarbon(carbon.operational_g))}
${amount('Running for', { value: time, unit: formatDuration(record.duration_s).slice(time.length + 1) || unit })}
</dl>
${spark(record)}</article>
`
}

const liveRuns = (runs: readonly LiveRun[]): Html =>
  runs.length > 0
    ? html`<div class="cards">${runs.map(card)}</div>`
    : html`<p class="note">No run is going on. One that begins appears here by itself.</p>`

/**
 * Cards of the runs that go on, to be put in place of older ones.
 *
 * @example
 * ```ts
 * const markup = renderLiveRuns([])
 * ```
 */
export const renderLiveRuns = (runs: readonly LiveRun[]): string => liveRuns(runs).markup

/** What the page of a store shows. */
export interface StorePage {
  /** Finished runs, oldest first. */
  readonly digests: readonly RunDigest[]
  readonly live: readonly LiveRun[]
  /** What the page says that it shows. */
  readonly store: string
}

/**
 * The list of a store's runs, with those that go on above it. It follows `/events` of the server that it comes from
 * (`live` and `runs`, each with `{ markup }`), and sends the runs that were chosen to `/compare`.
 *
 * @example
 * ```ts
 * const digests = openStore().list().records.map(digestOf)
 * writeFileSync('runs.html', renderStorePage({ digests, live: [], store: '.epochwatt' }))
 * ```
 */
export const renderStorePage = ({ digests, live, store }: StorePage): string => {
  const runs = listed(digests)
  return renderPage({
    title: `Runs in ${store}`,
    isLive: true,
    banner: html`<header>
${kindLine('Energy and carbon of training runs', false)}
<h1>Runs</h1>
<dl class="facts">
<div><dt>Store</dt><dd><code>${store}</code></dd></div>
<div><dt>Figures</dt><dd><span id="connection" role="status">of when the page was opened</span></dd></div>
</dl>
</header>`,
    sections: [
      section('live', 'Running now', liveRuns(live)),
      section(
        'runs',
        'Finished',
        html`<form action="/compare" method="get">
${dataTable({ label: 'Finished runs', columns: COLUMNS, rows: runs.map(rowOf), sortable: true })}
<p><button class="action" type="submit">Compare the runs chosen</button></p>
</form>`,
        digests.length > runs.length &&
          html`<p class="note">The latest ${runs.length} of ${digests.length} runs are listed.</p>`,
      ),
    ],
    origin: 'Made by epochwatt from the records of this store.',
  })
}
