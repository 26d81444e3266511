import type { Quantity, RunRecord } from '@epochwatt/core'
import type { FootprintRatio } from '@epochwatt/core/planning'
import { type Figure, figureText, formatCarbon, intervalText } from '../../format/figure.js'
import { formatSignificant } from '../../format/number.js'
import { TIER_MARK } from '../../reading/wording.js'

/** `493 gCO₂e  90 % interval 310 – 790  ◐ modelled` */
export const quantityText = (figure: Figure, { tier }: Quantity): string => {
  const interval = intervalText(figure)
  return `${figureText(figure)}  ${interval ? `90 % interval ${interval}  ` : ''}${TIER_MARK[tier]} ${tier}`
}

export const carbonText = (carbon: Quantity): string => quantityText(formatCarbon(carbon), carbon)

/** Grams with their sign, in the unit that suits them. */
export const signedCarbon = (grams: number): string => {
  const size = Math.abs(grams)
  const figure = formatCarbon({
    value: size,
    low: size,
    high: size,
    unit: 'gCO2e',
    tier: 'modelled',
    method: '',
  })
  return `${grams < 0 ? '−' : '+'}${figureText(figure)}`
}

/** `× 0.36 (0.20 – 0.65)` */
export const ratioText = ({ value, low, high }: FootprintRatio): string =>
  `× ${formatSignificant(value, 2)} (${formatSignificant(low, 2)} – ${formatSignificant(high, 2)})`

/** `35.9 gCO₂e/kWh, SE, lifecycle, 2024` */
export const gridText = ({
  g_per_kwh,
  zone,
  basis,
  year,
}: Pick<RunRecord['grid'], 'g_per_kwh' | 'zone' | 'basis' | 'year'>): string =>
  [
    `${formatSignificant(g_per_kwh.value, 3)} gCO₂e/kWh`,
    zone,
    ...(basis === 'unknown' ? [] : [basis]),
    ...(year === undefined ? [] : [String(year)]),
  ].join(', ')
