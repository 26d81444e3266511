import type { GridIntensity, Location, PueFigure } from '@epochwatt/core'
import { formatFactor } from '../format/number.js'
import { howText } from './wording.js'

type Factor = { readonly value: number; readonly low: number; readonly high: number }

const factorText = ({ value, low, high }: Factor, unit: string): string =>
  `${formatFactor(value)}${unit}${low === high ? '' : ` (${formatFactor(low)} – ${formatFactor(high)})`}`

/** Where the machine is, as far as anybody said. */
export const locationText = ({ country, region, provider, cloudRegion, how }: Location): string => {
  const cloud = provider && cloudRegion ? `${provider} ${cloudRegion}` : (cloudRegion ?? provider)
  const place = [cloud, region, country].filter(part => part !== undefined).join(', ')
  return place ? `${place} (${howText(how)})` : `unknown (${howText(how)})`
}

/** Intensity with everything that must travel with it. */
export const gridText = (
  grid: Pick<
    GridIntensity,
    'gramsPerKwh' | 'low' | 'high' | 'zone' | 'source' | 'year' | 'basis' | 'kind' | 'fallback'
  >,
): string =>
  [
    factorText({ value: grid.gramsPerKwh, low: grid.low, high: grid.high }, ' gCO₂e/kWh'),
    `zone ${grid.zone}${grid.fallback ? ', a fallback since the place is unknown' : ''}`,
    `${grid.source}${grid.year === undefined ? '' : `, ${grid.year}`}`,
    `${grid.basis} basis, ${grid.kind} intensity`,
  ].join('; ')

/** Energy of the building over that of the machines in it, and whose figure it is. */
export const pueText = (pue: Pick<PueFigure, 'value' | 'low' | 'high' | 'source' | 'how'>): string =>
  `${factorText(pue, '')}; ${howText(pue.how)}; ${pue.source}`
