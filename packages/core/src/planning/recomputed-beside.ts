import { operationalCarbon } from '../footprint/operational-carbon.js'
import { otherIntensities } from '../grid/other-intensities.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure } from '../record/place-figures.js'
import type { GridBeside, RunRecord } from '../record/record.js'
import type { Conversion } from './footprint-ratio.js'

/** What the tables say of other kinds of intensity at a place that a run is moved to. */
export const besideAt = (
  { country }: RunRecord['location'],
  energy: Quantity | undefined,
  { pue }: Conversion,
  seconds: number,
): readonly GridBeside[] =>
  otherIntensities({ ...(country !== undefined && { country }), how: 'option' }).map(grid => {
    const { fallback: _, ...figure } = gridFigure(grid)
    return {
      kind: figure.kind,
      basis: figure.basis,
      zone: figure.zone,
      source: figure.source,
      g_per_kwh: figure.g_per_kwh,
      ...(energy && { carbon_g: operationalCarbon([{ energy, intensity: grid }], pue) }),
      intervals: [{ started_s: 0, ended_s: seconds, g_per_kwh: grid.gramsPerKwh }],
    }
  })

/** What other kinds say at the same place under another PUE. */
export const besideScaled = (beside: readonly GridBeside[], factor: number): readonly GridBeside[] =>
  factor === 1
    ? beside
    : beside.map(({ carbon_g, ...other }) => ({
        ...other,
        ...(carbon_g && {
          carbon_g: {
            ...carbon_g,
            value: carbon_g.value * factor,
            low: carbon_g.low * factor,
            high: carbon_g.high * factor,
          },
        }),
      }))
