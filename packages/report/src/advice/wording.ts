import { figureText, formatCarbon, intervalText } from '../format/figure.js'
import { formatShare } from '../format/number.js'
import type { Saving } from './finding.js'

/** `3.2 gCO₂e (90 % interval 1.9 – 5.2), 34 %`, or why it is unknown. */
export const savingText = ({ carbon_g, reason, share }: Saving): string => {
  if (!carbon_g) return `unknown: ${reason ?? 'no reason was found'}`
  const figure = formatCarbon(carbon_g)
  const interval = intervalText(figure)
  return [
    `${figureText(figure)}${interval ? ` (90 % interval ${interval})` : ''}`,
    ...(share === undefined ? [] : [`${formatShare(share)} of the operational carbon`]),
  ].join(', ')
}
