import type { Tier } from '../quantity/quantity.js'

/** Power usage effectiveness: energy of the whole facility over energy of the IT equipment, ≥ 1. */
export interface PueFigure {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly tier: Tier
  readonly source: string
  /** `option`, `environment`, `config`, `cloud-region`, `provider`, `local` or `unknown-data-centre`. */
  readonly how: string
}
