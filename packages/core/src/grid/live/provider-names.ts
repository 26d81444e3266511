/** Providers that the option `grid` knows by name. Apart from their code, which a page has no use for. */
export const GRID_PROVIDER_NAMES = [
  'uk-carbon-intensity',
  'energy-charts',
  'rte-eco2mix',
  'electricity-maps',
  'watttime',
] as const

/** Name of a provider that comes with the package. */
export type GridProviderName = (typeof GRID_PROVIDER_NAMES)[number]
