import type { GridIntensity } from './grid-intensity.js'

const TEXTS = ['zone', 'source', 'method'] as const

/** Whether a value is a whole intensity that totals may be made of. */
export const isAverageIntensity = (value: unknown): value is GridIntensity => {
  if (typeof value !== 'object' || value === null) return false
  const { gramsPerKwh, low, high, basis, kind, tier, fallback } = value as GridIntensity
  return (
    TEXTS.every(key => typeof (value as GridIntensity)[key] === 'string') &&
    typeof gramsPerKwh === 'number' &&
    low >= 0 &&
    low <= gramsPerKwh &&
    gramsPerKwh <= high &&
    high < Number.POSITIVE_INFINITY &&
    ['lifecycle', 'direct', 'unknown'].includes(basis) &&
    kind === 'average' &&
    ['measured', 'modelled', 'assumed'].includes(tier) &&
    typeof fallback === 'boolean'
  )
}
