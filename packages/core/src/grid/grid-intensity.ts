import type { Tier } from '../quantity/quantity.js'

/** `lifecycle` counts building and fuel supply of power plants, `direct` only what leaves the stack. */
export type GridBasis = 'lifecycle' | 'direct' | 'unknown'

/** `contract` is what a supplier's contract or certificates state. Only averages are in totals. */
export type GridKind = 'average' | 'marginal' | 'residual' | 'contract'

/** Carbon intensity of electricity with everything that must travel with it. Numbers of different basis or kind are never added. */
export interface GridIntensity {
  /** gCO2e per kWh. */
  readonly gramsPerKwh: number
  readonly low: number
  readonly high: number
  readonly zone: string
  readonly source: string
  readonly basis: GridBasis
  readonly kind: GridKind
  readonly year?: number
  readonly tier: Tier
  /** True when the place is unknown and the world average stands in: shown loudly wherever the figure is shown. */
  readonly fallback: boolean
  /** True when the publisher estimated or forecast the figure of that hour. */
  readonly estimated?: boolean
  readonly method: string
}
