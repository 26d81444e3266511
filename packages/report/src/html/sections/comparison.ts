import type { RunRecord } from '@epochwatt/core'
import { compareRuns } from '../../compare/compare-runs.js'
import { OUTCOME_TEXT, ratioText } from '../../compare/wording.js'
import { formatCarbon, formatEnergy } from '../../format/figure.js'
import { formatMetric } from '../../format/number.js'
import { carbonScale, energyScale } from '../../format/scale.js'
import { type Html, html } from '../html.js'
import { foreign, quantityCells, section, tierMark } from '../parts.js'
import { dataTable, type TableColumn } from '../table.js'

/** This run beside others, with what may be said of the differences. */
export const comparisonSection = (record: RunRecord, others: readonly RunRecord[]): Html | undefined => {
  const rest = others.filter(other => other.id !== record.id)
  if (rest.length === 0) return undefined
  const { runs, verdicts, cautions, metric } = compareRuns([record, ...rest])
  const energy = energyScale(...runs.map(run => run.energy_kwh?.value))
  const carbon = carbonScale(...runs.map(run => run.operational_carbon_g?.value))
  const verdictOf = (id: string, figure: 'energy' | 'carbon'): Html | string => {
    const verdict = verdicts.find(candidate => candidate.run === id && candidate.figure === figure)
    return verdict
      ? html`${OUTCOME_TEXT[verdict.outcome]} <span class="whole">${ratioText(verdict)}</span>`
      : 'this run'
  }
  return section(
    'comparison',
    'Beside other runs',
    dataTable({
      label: 'This run beside other runs',
      columns: [
        { title: 'Run', kind: 'text' },
        { title: `Energy ${energy.unit}`, kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: 'Tier', kind: 'mark' },
        { title: 'Against this run', kind: 'text' },
        { title: `Operational ${carbon.unit}`, kind: 'number' },
        { title: 'Against this run', kind: 'text' },
        { title: 'Grid', kind: 'text' },
        ...(metric === undefined ? [] : [{ title: metric, kind: 'number' } satisfies TableColumn]),
        { title: 'Status', kind: 'text' },
      ],
      rows: runs.map(run => [
        html`${foreign(run.name)}<br><code>${run.id}</code>`,
        ...quantityCells(run.energy_kwh, q => formatEnergy(q, energy)),
        run.energy_kwh && tierMark(run.energy_kwh.tier),
        verdictOf(run.id, 'energy'),
        quantityCells(run.operational_carbon_g, q => formatCarbon(q, carbon))[0],
        verdictOf(run.id, 'carbon'),
        run.grid.zone,
        ...(metric === undefined ? [] : [run.metric === undefined ? '' : formatMetric(run.metric)]),
        run.status,
      ]),
    }),
    html`<p class="note">A difference is called only where the intervals do not overlap.</p>`,
    cautions.length > 0 &&
      html`<ul class="cautions">${cautions.map(
        ({ message }) => html`<li>${message}</li>
`,
      )}</ul>`,
  )
}
