import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import type { Verdict } from '../compare/verdict.js'
import { OUTCOME_TEXT, ratioText, standingNotes, standingText } from '../compare/wording.js'
import { formatCarbon, formatEnergy } from '../format/figure.js'
import { formatMetric } from '../format/number.js'
import { carbonScale, energyScale } from '../format/scale.js'
import { type Html, html } from './html.js'
import { foreign, quantityCells, tierMark } from './parts.js'
import { dataTable, type TableColumn } from './table.js'

export interface ComparisonWording {
  readonly label: string
  /** What the run is called that the others are held against. */
  readonly reference: string
  /** Runs get the numbers that charts call them by. */
  readonly numbered: boolean
}

const verdictCell = (verdict: Verdict | undefined, { reference }: ComparisonWording): Html | string =>
  verdict
    ? html`${OUTCOME_TEXT[verdict.outcome]} <span class="whole">${ratioText(verdict)}</span>`
    : reference

const nameCell = (run: ComparedRun, number: number | undefined): Html =>
  html`${number !== undefined && html`${number}. `}${foreign(run.name)}<br><code>${run.id}</code>`

/** Runs beside each other, what the words mean, and what makes the comparison unfair. */
export const comparisonTable = (
  comparison: RunComparison,
  wording: ComparisonWording,
): readonly (Html | false)[] => {
  const { runs, verdicts, cautions, metric } = comparison
  const energy = energyScale(...runs.map(run => run.energy_kwh?.value))
  const carbon = carbonScale(...runs.map(run => run.operational_carbon_g?.value))
  const verdictOf = new Map(verdicts.map(verdict => [`${verdict.figure} ${verdict.run}`, verdict]))
  const isRanked = runs.some(run => standingText(run) !== '')
  const against: TableColumn = { title: `Against ${wording.reference}`, kind: 'text' }
  return [
    dataTable({
      label: wording.label,
      columns: [
        { title: 'Run', kind: 'text' },
        { title: `Energy ${energy.unit}`, kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: 'Tier', kind: 'mark' },
        ...(metric === undefined ? [] : [{ title: metric, kind: 'number' } satisfies TableColumn]),
        ...(isRanked ? [{ title: 'Standing', kind: 'text' } satisfies TableColumn] : []),
        against,
        { title: `Operational ${carbon.unit}`, kind: 'number' },
        against,
        { title: 'Grid', kind: 'text' },
        { title: 'Status', kind: 'text' },
      ],
      rows: runs.map((run, i) => [
        nameCell(run, wording.numbered ? i + 1 : undefined),
        ...quantityCells(run.energy_kwh, quantity => formatEnergy(quantity, energy)),
        run.energy_kwh && tierMark(run.energy_kwh.tier),
        ...(metric === undefined ? [] : [run.metric === undefined ? '' : formatMetric(run.metric)]),
        ...(isRanked ? [standingText(run)] : []),
        verdictCell(verdictOf.get(`energy ${run.id}`), wording),
        quantityCells(run.operational_carbon_g, quantity => formatCarbon(quantity, carbon))[0],
        verdictCell(verdictOf.get(`carbon ${run.id}`), wording),
        run.grid.zone,
        run.status,
      ]),
    }),
    html`<p class="note">A difference is called only where the intervals do not overlap. ${standingNotes(comparison).join(' ')}</p>`,
    cautions.length > 0 &&
      html`<ul class="cautions">${cautions.map(
        ({ message }) => html`<li>${message}</li>
`,
      )}</ul>`,
  ]
}
