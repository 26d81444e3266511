import type { RunRecord } from '@epochwatt/core'
import { advise } from '../../advice/advise.js'
import type { Finding } from '../../advice/finding.js'
import { figureText, formatCarbon, intervalText } from '../../format/figure.js'
import { formatShare } from '../../format/number.js'
import { carbonScale } from '../../format/scale.js'
import { type Html, html } from '../html.js'
import { section, tierBadge, unknown } from '../parts.js'
import { dataTable } from '../table.js'

const explanation = ({ text, how, link }: Finding): Html =>
  html`${text} <span class="source">${how} <code>${link}</code></span>`

/** What would have saved carbon in this run, the most first; nothing where the record does not say. */
export const adviceSection = (record: RunRecord): Html | undefined => {
  const { findings } = advise([record])
  if (findings.length === 0) return undefined
  const scale = carbonScale(...findings.map(({ saving }) => saving.carbon_g?.value))
  return section(
    'advice',
    'What would have saved most',
    dataTable({
      label: 'What would have saved most',
      columns: [
        { title: 'Change', kind: 'text' },
        { title: 'Saves', kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: 'Of the run', kind: 'number' },
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
    }),
    html`<p class="note">Savings are operational carbon. They overlap and do not add up.</p>`,
  )
}
