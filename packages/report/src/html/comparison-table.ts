import type { Quantity } from '@epochwatt/core'
import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import { wastedShare } from '../compare/energy-use.js'
import type { Verdict } from '../compare/verdict.js'
import { OUTCOME_TEXT, ratioText, standingNotes, standingText } from '../compare/wording.js'
import { type Figure, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric, formatShare } from '../format/number.js'
import { carbonScale, energyScale } from '../format/scale.js'
import { formatDuration, formatInstant } from '../format/time.js'
import { type Html, html } from './html.js'
import { foreign, tierMark, unknown } from './parts.js'
import { type Cell, dataTable, SortedCell, type TableColumn } from './table.js'

export interface ComparisonWording {
  readonly label: string
  /** What the run is called that the others are held against. */
  readonly reference: string
  /** Runs get the numbers that charts call them by. */
  readonly numbered: boolean
}

/** More rows than these are for a spreadsheet: a browser takes seconds to lay them out. */
const MOST_ROWS = 1000

interface Column extends TableColumn {
  readonly cell: (run: ComparedRun, index: number) => Cell
  /** Left out where no run has anything to show in it. */
  readonly optional?: (run: ComparedRun) => boolean
}

const shown = (
  quantity: Quantity | undefined,
  format: (quantity: Quantity) => Figure,
  otherwise: string | Html = '',
): SortedCell => new SortedCell(quantity ? format(quantity).value : otherwise, quantity?.value)

const perUnitColumn = (
  runs: readonly ComparedRun[],
  title: string,
  of: (run: ComparedRun) => Quantity | undefined,
): Column => {
  const scale = energyScale(...runs.map(run => of(run)?.value))
  return {
    title: `${scale.unit} ${title}`,
    kind: 'number',
    optional: run => of(run) !== undefined,
    cell: run => shown(of(run), quantity => formatEnergy(quantity, scale)),
  }
}

const standingCell = (run: ComparedRun, numbers: ReadonlyMap<string, number>): SortedCell => {
  const other = run.dominated_by ?? run.repeats
  const number = other === undefined ? undefined : numbers.get(other)
  const text = standingText(run)
  return new SortedCell(
    html`<span class="whole">${text}</span>${number !== undefined && html` <span class="source">${run.dominated_by === undefined ? 'of' : 'by'} ${number}</span>`}`,
    text || undefined,
  )
}

const columnsOf = (comparison: RunComparison, wording: ComparisonWording): readonly Column[] => {
  const { runs, verdicts, metric } = comparison
  const energy = energyScale(...runs.map(run => run.energy_kwh?.value))
  const carbon = carbonScale(...runs.map(run => run.operational_carbon_g?.value))
  const verdictOf = new Map(verdicts.map(verdict => [`${verdict.figure} ${verdict.run}`, verdict]))
  const numbers = new Map(runs.map(({ id }, i) => [id, i + 1]))
  const verdictCell = (verdict: Verdict | undefined): Cell =>
    verdict
      ? new SortedCell(
          html`${OUTCOME_TEXT[verdict.outcome]} <span class="whole">${ratioText(verdict)}</span>`,
          verdict.ratio?.value,
        )
      : new SortedCell(wording.reference, 1)
  const accuracy = runs.find(({ accuracy_metric }) => accuracy_metric !== undefined)?.accuracy_metric
  const columns: readonly Column[] = [
    {
      title: 'Run',
      kind: 'text',
      cell: (run, i) =>
        new SortedCell(
          html`${wording.numbered && html`${i + 1}. `}${foreign(run.name)}<br><code>${run.id}</code>`,
          run.name,
        ),
    },
    {
      title: `Energy ${energy.unit}`,
      kind: 'number',
      cell: run => shown(run.energy_kwh, quantity => formatEnergy(quantity, energy), unknown()),
    },
    {
      title: '90 % interval',
      kind: 'number',
      cell: ({ energy_kwh }) =>
        new SortedCell(
          (energy_kwh && intervalText(formatEnergy(energy_kwh, energy))) ?? '',
          energy_kwh && energy_kwh.high - energy_kwh.low,
        ),
    },
    {
      title: 'Tier',
      kind: 'mark',
      facet: true,
      cell: ({ energy_kwh }) => energy_kwh && new SortedCell(tierMark(energy_kwh.tier), energy_kwh.tier),
    },
    {
      title: metric ?? '',
      kind: 'number',
      optional: () => metric !== undefined,
      cell: run => new SortedCell(run.metric === undefined ? '' : formatMetric(run.metric), run.metric),
    },
    {
      title: 'Standing',
      kind: 'text',
      facet: true,
      optional: run => standingText(run) !== '',
      cell: run => standingCell(run, numbers),
    },
    {
      title: `Against ${wording.reference}`,
      kind: 'text',
      cell: run => verdictCell(verdictOf.get(`energy ${run.id}`)),
    },
    perUnitColumn(runs, 'per epoch', run => run.energy_per_epoch_kwh),
    perUnitColumn(runs, 'per 1000 samples', run => run.energy_per_1k_samples_kwh),
    perUnitColumn(runs, `per point of ${accuracy}`, run => run.energy_per_accuracy_point_kwh),
    {
      title: `Operational ${carbon.unit}`,
      kind: 'number',
      cell: run => shown(run.operational_carbon_g, quantity => formatCarbon(quantity, carbon), unknown()),
    },
    {
      title: `Against ${wording.reference}`,
      kind: 'text',
      cell: run => verdictCell(verdictOf.get(`carbon ${run.id}`)),
    },
    {
      title: 'In vain',
      kind: 'number',
      optional: run => (wastedShare(run) ?? 0) > 0,
      cell: run => {
        const share = wastedShare(run)
        return new SortedCell(share ? formatShare(share) : '', share)
      },
    },
    {
      title: 'Duration',
      kind: 'number',
      cell: run => new SortedCell(formatDuration(run.duration_s), run.duration_s),
    },
    { title: 'Epochs', kind: 'number', cell: run => new SortedCell(String(run.epochs), run.epochs) },
    { title: 'Grid', kind: 'text', facet: true, cell: run => new SortedCell(run.grid.zone, run.grid.zone) },
    { title: 'Status', kind: 'text', facet: true, cell: run => new SortedCell(run.status, run.status) },
    {
      title: 'Project',
      kind: 'text',
      facet: true,
      optional: run => run.project !== runs[0]?.project,
      cell: run => new SortedCell(foreign(run.project), run.project),
    },
    {
      title: 'From',
      kind: 'text',
      facet: true,
      optional: run => run.source !== runs[0]?.source,
      cell: run => new SortedCell(foreign(run.source ?? ''), run.source),
    },
    {
      title: 'Hardware',
      kind: 'text',
      facet: true,
      optional: run => run.hardware !== undefined && run.hardware !== runs[0]?.hardware,
      cell: run => new SortedCell(foreign(run.hardware ?? ''), run.hardware),
    },
    {
      title: 'Began',
      kind: 'text',
      cell: run =>
        new SortedCell(html`<span class="whole">${formatInstant(run.started_at)}</span>`, run.started_at),
    },
  ]
  return columns.filter(({ optional }) => optional === undefined || runs.some(optional))
}

/** Runs beside each other, what the words mean, and what makes the comparison unfair. */
export const comparisonTable = (
  comparison: RunComparison,
  wording: ComparisonWording,
): readonly (Html | false)[] => {
  const { runs, cautions } = comparison
  const columns = columnsOf(comparison, wording)
  const listed = runs.slice(0, MOST_ROWS)
  return [
    dataTable({
      label: wording.label,
      columns,
      rows: listed.map((run, i) => columns.map(({ cell }) => cell(run, i))),
      sortable: wording.numbered,
    }),
    listed.length < runs.length &&
      html`<p class="note">The first ${listed.length} of ${runs.length} runs are listed; <code>epochwatt compare --csv</code> lists all.</p>`,
    html`<p class="note">A difference is called only where the intervals do not overlap. ${standingNotes(comparison).join(' ')}</p>`,
    cautions.length > 0 &&
      html`<ul class="cautions">${cautions.map(
        ({ message }) => html`<li>${message}</li>
`,
      )}</ul>`,
  ]
}
