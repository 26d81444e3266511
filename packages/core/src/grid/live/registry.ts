import type { GridProvider } from './grid-provider.js'
import type { GridProviderName } from './provider-names.js'
import { electricityMaps } from './providers/electricity-maps.js'
import { energyCharts } from './providers/energy-charts.js'
import { rteEco2mix } from './providers/rte-eco2mix.js'
import { ukCarbonIntensity } from './providers/uk-carbon-intensity.js'
import { wattTime } from './providers/watttime.js'

/** Providers by their names. A new one is a file, a line here and its name in `provider-names.ts`. */
const PROVIDERS = {
  'uk-carbon-intensity': ukCarbonIntensity,
  'energy-charts': energyCharts,
  'rte-eco2mix': rteEco2mix,
  'electricity-maps': electricityMaps,
  watttime: wattTime,
} as const satisfies Record<GridProviderName, () => GridProvider>

export const gridProviderNamed = (name: GridProviderName): GridProvider => PROVIDERS[name]()
