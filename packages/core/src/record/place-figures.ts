import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import type { RunRecord } from './record.js'

/** An intensity as records show it, without its course over time. */
export const gridFigure = (grid: GridIntensity): Omit<RunRecord['grid'], 'intervals'> => ({
  g_per_kwh: {
    value: grid.gramsPerKwh,
    low: grid.low,
    high: grid.high,
    unit: 'gCO2e/kWh',
    tier: grid.tier,
    method: grid.method,
  },
  zone: grid.zone,
  source: grid.source,
  basis: grid.basis,
  kind: grid.kind,
  ...(grid.year !== undefined && { year: grid.year }),
  fallback: grid.fallback,
})

/** A PUE as records show it. */
export const pueFigure = (pue: PueFigure): RunRecord['pue'] => ({
  value: pue.value,
  low: pue.low,
  high: pue.high,
  unit: 'ratio',
  tier: pue.tier,
  method: `power usage effectiveness, ${pue.how}`,
  source: pue.source,
  how: pue.how,
})

/** A place as records show it. */
export const locationFigure = (location: Location): RunRecord['location'] => ({
  ...(location.country && { country: location.country }),
  ...(location.region && { region: location.region }),
  ...(location.provider && { provider: location.provider }),
  ...(location.cloudRegion && { cloud_region: location.cloudRegion }),
  how: location.how,
})
