import type { RunRecord } from '@epochwatt/core'
import { advise } from '../../advice/advise.js'
import type { Finding } from '../../advice/finding.js'
import { figureText, formatCarbon, intervalText } from '../../format/figure.js'
import { formatShare } from '../../format/number.js'
import { carbonScale } from '../../format/scale.js'
import { type Html, html } from '../html.js'
import { foreign, prose, section, tierBadge, unknown } from '../parts.js'
import { dataTable } from '../table.js'

const explanation = ({ text, how, link }: Finding): Html =>
  html`${foreign(text)} <span class="source">${prose(how)} <code>${link}</code></span>`

/** Findings with their savings, as they come. */
export const findingsTable = (label: string, findings: readonly Finding[]): Html => {
  const scale = carbonScale(...findings.map(({ saving }) => saving.carbon_g?.value))
  return dataTable({
    label,
    columns: [
      { title: 'Change', kind: 'text' },
      { title: 'Saves', kind: 'number' },
      { title: '90 % interval', kind: 'number' },
      { title: 'Of the carbon', kind: 'number' },
      { title: 'Tier', kind: 'text' },
      { title: 'What was found, and how it was computed', kind: 'prose' },
    ],
    rows: findings.map(finding => {
      const { carbon_g, share } = finding.saving
      const figure = carbon_g && formatCarbon(carbon_g, scale)
      return [
        finding.title,
        figure ? figureText(figure) : unknown(),
        (figure && intervalText(figure)) ?? '',
        share === undefined ? '' : formatShare(share),
        carbon_g && tierBadge(carbon_g.tier),
        explanation(finding),
      ]
    }),
  })
}

/** What would have saved carbon in this run, the most first; nothing where the record does not say. */
export const adviceSection = (record: RunRecord): Html | undefined => {
  const { findings } = advise([record])
  if (findings.length === 0) return undefined
  return section(
    'advice',
    'What would have saved most',
    findingsTable('Changes and what they would have saved', findings),
    html`<p class="note">Savings are operational carbon. They overlap and do not add up.</p>`,
  )
}
