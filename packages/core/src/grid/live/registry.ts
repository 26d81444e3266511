import type { GridProvider } from './grid-provider.js'
import { electricityMaps } from './providers/electricity-maps.js'
import { energyCharts } from './providers/energy-charts.js'
import { rteEco2mix } from './providers/rte-eco2mix.js'
import { ukCarbonIntensity } from './providers/uk-carbon-intensity.js'
import { wattTime } from './providers/watttime.js'

/** Providers that the option `grid` knows by name. A new one is a file and a line here. */
const PROVIDERS = {
  'uk-carbon-intensity': ukCarbonIntensity,
  'energy-charts': energyCharts,
  'rte-eco2mix': rteEco2mix,
  'electricity-maps': electricityMaps,
  watttime: wattTime,
} as const satisfies Record<string, () => GridProvider>

export type GridProviderName = keyof typeof PROVIDERS

export const GRID_PROVIDER_NAMES = Object.keys(PROVIDERS) as readonly GridProviderName[]

export const gridProviderNamed = (name: GridProviderName): GridProvider => PROVIDERS[name]()
