import type { Component, Quantity, RunRecord } from '@epochwatt/core'
import { figureText, formatEnergy, intervalText } from '../../format/figure.js'
import { formatShare } from '../../format/number.js'
import { energyScale } from '../../format/scale.js'
import { COMPONENT_NAME, sentence } from '../../reading/wording.js'
import { type Html, html } from '../html.js'
import { section, tierBadge, unknown } from '../parts.js'
import { type Cell, dataTable } from '../table.js'

const ORDER: readonly Component[] = ['cpu', 'gpu', 'memory', 'other']

const shareBar = (share: number): Html =>
  html`<span class="whole"><svg class="share" aria-hidden="true" width="72" height="8"><rect class="share-all" width="72" height="8"/><rect class="share-part" width="${(share * 72).toFixed(1)}" height="8"/></svg> ${formatShare(share)}</span>`

/** Where the run's energy went: parts of the machine, idle and busy, and what the whole machine used. */
export const componentsSection = (record: RunRecord): Html => {
  const { energy } = record
  const total = energy.total_kwh
  const scale = energyScale(total?.value, energy.machine_kwh?.value)
  const share = (part: Quantity): Html | undefined =>
    total && total.value > 0 ? shareBar(Math.min(1, part.value / total.value)) : undefined

  const known = (label: string, quantity: Quantity, ofTotal: boolean): readonly Cell[] => [
    label,
    figureText(formatEnergy(quantity, scale)),
    intervalText(formatEnergy(quantity, scale)) ?? '',
    tierBadge(quantity.tier),
    ofTotal ? share(quantity) : undefined,
    sentence(quantity.method),
  ]
  const split = [
    ['Busy (dynamic)', energy.dynamic_kwh, true],
    ['Idle (static)', energy.static_kwh, true],
    ['Run', total, true],
    ['Whole machine meanwhile', energy.machine_kwh, false],
  ] as const

  return section(
    'components',
    'Components',
    dataTable({
      label: 'Energy by component',
      columns: [
        { title: 'Part', kind: 'text' },
        { title: 'Energy', kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: 'Tier', kind: 'text' },
        { title: 'Share of the run', kind: 'text' },
        { title: 'How, or why it is unknown', kind: 'prose' },
      ],
      rows: ORDER.map(component => {
        const line = energy.components[component]
        return line.kwh
          ? known(COMPONENT_NAME[component], line.kwh, true)
          : [
              COMPONENT_NAME[component],
              unknown(),
              '',
              undefined,
              undefined,
              sentence(line.reason ?? 'no reason was recorded'),
            ]
      }),
      totals: split.flatMap(([label, quantity, ofTotal]) =>
        quantity ? [known(label, quantity, ofTotal)] : [],
      ),
    }),
  )
}
