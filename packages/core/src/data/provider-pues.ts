import { lazyTable } from './compact-table.js'
import { PROVIDER_PUES } from './provider-pues.gen.js'

export interface ProviderPueRow {
  readonly provider: string
  readonly name: string
  readonly pue: number
  readonly year: number
  /** `marketing`: a best case that stands for no average. */
  readonly confidence: string
}

/** PUE over all data centres of a provider. */
export const providerPueRows = lazyTable(
  PROVIDER_PUES,
  ([provider, name, pue, year, confidence]): ProviderPueRow => ({
    provider: provider!,
    name: name!,
    pue: Number(pue),
    year: Number(year),
    confidence: confidence!,
  }),
)
