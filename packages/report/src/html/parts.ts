import type { Quantity, Tier } from '@epochwatt/core'
import { type Figure, intervalText } from '../format/figure.js'
import { TIER_MARK, TIER_MEANING } from '../reading/wording.js'
import { type Html, html } from './html.js'

/** A section of the page under its heading. */
export const section = (
  id: string,
  title: string,
  ...content: readonly (Html | readonly Html[] | undefined | false)[]
): Html => html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<div class="content">
${content}
</div>
</section>
`

/** The first line of a page: what it is, and the way back where there is one. */
export const kindLine = (kind: string, isServed: boolean): Html =>
  html`<p class="kind"><span>${isServed && html`<a href="/">All runs</a> · `}${kind}</span> <span>epochwatt</span></p>`

/** The tier as a mark and a word; what the word means is said on hover and at the end of the page. */
export const tierBadge = (tier: Tier): Html =>
  html`<span class="tier ${tier}" title="${TIER_MEANING[tier]}"><span class="mark" aria-hidden="true">${TIER_MARK[tier]}</span> ${tier}</span>`

/** The mark alone, for narrow columns; its word is there for those who do not see it. */
export const tierMark = (tier: Tier): Html =>
  html`<span class="tier ${tier}" title="${tier}: ${TIER_MEANING[tier]}"><span class="mark" aria-hidden="true">${TIER_MARK[tier]}</span><span class="unseen">${tier}</span></span>`

/** Our own messages set commands between backticks. */
export const prose = (text: string): readonly (Html | string)[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))

/** A text of the record, kept from changing the direction of what stands around it. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`

export const unknown = (): Html => html`<span class="unknown">unknown</span>`

/** Value and interval of a quantity for two neighbouring columns. */
export const quantityCells = (
  quantity: Quantity | undefined,
  format: (quantity: Quantity) => Figure,
): readonly [Html | string, string] => {
  if (!quantity) return [unknown(), '']
  const figure = format(quantity)
  return [figure.value, intervalText(figure) ?? '']
}

/** Labels and their texts, in two columns where there is room. */
export const definitions = (
  lines: readonly { readonly label: string; readonly text: string | Html }[],
): Html => html`<dl>
${lines.map(
  ({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>
`,
)}</dl>
`
