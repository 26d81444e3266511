import { figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatFactor } from '../format/number.js'
import type { SciScore } from './sci-score.js'

const scoreText = ({ score_g, per }: SciScore): string => {
  const figure = formatCarbon(score_g)
  const interval = intervalText(figure)
  return `${figureText(figure)} per ${per.unit}${interval ? ` (90 % interval ${interval})` : ''}`
}

const line = (label: string, text: string): string => `${label.padEnd(5)}${text}`

/** The score with all its terms, as text. */
export const sciOf = (score: SciScore): string => {
  const { energy_kwh, g_per_kwh, embodied_g, per } = score
  const energy = formatEnergy(energy_kwh)
  const embodied = formatCarbon(embodied_g)
  const between = (interval: string | undefined) => (interval ? ` (${interval})` : '')
  return [
    'Software Carbon Intensity, ISO/IEC 21031:2024: SCI = ((E × I) + M) per R',
    '',
    line('SCI', scoreText(score)),
    line('E', `${figureText(energy)}${between(intervalText(energy))}, PUE included`),
    line('I', `${formatFactor(g_per_kwh)} gCO₂e/kWh, location-based, weighted by energy`),
    line('M', `${figureText(embodied)}${between(intervalText(embodied))}, by share of time and of use`),
    line('R', per.counted),
    '',
    'Offsets and certificates are no part of a score.',
    '',
  ].join('\n')
}
