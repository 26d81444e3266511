import type { Quantity, RunRecord } from '@epochwatt/core'
import { type Figure, formatCarbon, formatEnergy, intervalText } from '../../format/figure.js'
import { formatPower, formatShare } from '../../format/number.js'
import { formatDuration } from '../../format/time.js'
import { secondsInEpochs } from '../../reading/closing-spans.js'
import {
  type HeadlineFigure,
  headlineCarbon,
  headlineEnergy,
  meanPowerWatts,
} from '../../reading/headline.js'
import { sentence } from '../../reading/wording.js'
import { type Html, html } from '../html.js'
import { section, tierBadge } from '../parts.js'

/** Where the value lies between its bounds, on a scale that begins at zero. Decoration: the text below says it. */
const gauge = ({ value, low, high }: Quantity): Html => {
  const percent = (x: number) => `${((x / (high * 1.04)) * 100).toFixed(2)}%`
  return html`<svg class="gauge" aria-hidden="true" width="100%" height="14"><line class="scale" x1="0" x2="100%" y1="7" y2="7"/><line class="scale" x1="0.5" x2="0.5" y1="3" y2="11"/><line class="interval" x1="${percent(low)}" x2="${percent(high)}" y1="7" y2="7"/><line class="value" x1="${percent(value)}" x2="${percent(value)}" y1="0" y2="14"/></svg>
`
}

const amount = (
  value: string,
  unit: string,
): Html => html`<p class="amount">${value} <span class="unit">${unit}</span></p>
`

const noInterval = ({ low, high }: Quantity): string =>
  low === high ? 'No interval is known.' : 'The interval is narrower than the digits shown.'

const figureBlock = (
  kind: 'energy' | 'carbon',
  title: string,
  { quantity, reason }: HeadlineFigure,
  format: (quantity: Quantity) => Figure,
  detail: readonly Html[],
): Html => {
  if (!quantity) {
    return html`<div class="figure ${kind}"><h3>${title}</h3>
<p class="amount unknown">unknown</p>
<p>${reason && sentence(reason)}</p></div>
`
  }
  const figure = format(quantity)
  const interval = intervalText(figure)
  return html`<div class="figure ${kind}"><h3>${title}</h3>
${amount(figure.value, figure.unit)}${quantity.high > 0 && gauge(quantity)}
<p>${interval ? html`90 % interval <strong>${interval}</strong> ${figure.unit}` : noInterval(quantity)}</p>
<p>${tierBadge(quantity.tier)}${detail}</p></div>
`
}

const energyDetail = (record: RunRecord): readonly Html[] => {
  const share = record.energy.measured_share
  return share === undefined ? [] : [html`, ${formatShare(share)} from instruments`]
}

const durationBlock = (record: RunRecord): Html => {
  const n = record.epochs.length
  const watts = meanPowerWatts(record)
  const [value, unit, ...rest] = formatDuration(record.duration_s).split(' ')
  return html`<div class="figure duration"><h3>Duration</h3>
<p class="amount">${value} <span class="unit">${unit}</span> ${rest.length > 0 && html`${rest[0]} <span class="unit">${rest[1]}</span>`}</p>
<p>${n === 0 ? 'No epoch was recorded.' : `${n} epoch${n === 1 ? '' : 's'} of ${formatDuration(secondsInEpochs(record) / n)} on average`}</p>
${watts !== undefined && html`<p>Mean power <strong>${formatPower(watts)}</strong></p>`}
<p>${tierBadge('measured')}, monotonic clock</p></div>
`
}

/** Energy, carbon and duration, each with its interval and tier. */
export const headlineSection = (record: RunRecord): Html => {
  const carbon = headlineCarbon(record)
  const covers = carbon.quantity && [html`, ${carbon.covers}`]
  return section(
    'figures',
    'Figures',
    html`<div class="figures">
${figureBlock('energy', 'Energy', headlineEnergy(record), formatEnergy, energyDetail(record))}
${figureBlock('carbon', 'Carbon', carbon, formatCarbon, covers ?? [])}
${durationBlock(record)}
</div>`,
  )
}
