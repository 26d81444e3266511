import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { RunRecord } from '../record/record.js'
import { gridWarnings } from '../record/warnings.js'
import type { Conversion } from './footprint-ratio.js'
import { recordedGrid, recordedPue } from './recorded-conversion.js'
import type { ShiftedGrid } from './shifted-grid.js'

const RECOMPUTED = 'RECOMPUTED'

const describe = (grid: GridIntensity, pue: PueFigure): string =>
  `grid ${grid.zone} (${Number(grid.gramsPerKwh.toPrecision(4))} gCO2e/kWh) and PUE ${pue.value}`

/** What must be known of a recomputed record: what was known before, without what the new intensity made void. */
export const warningsAfter = (
  record: RunRecord,
  before: Conversion,
  { grid, pue, shifted }: Conversion & { readonly shifted?: ShiftedGrid },
  start: Date | undefined,
): RunRecord['warnings'] => {
  const isOther = grid !== before.grid
  const earlier = record.warnings.find(({ code }) => code === RECOMPUTED)
  return [
    earlier ?? {
      code: RECOMPUTED,
      message: `carbon was recomputed under other assumptions; the run was recorded with ${describe(recordedGrid(record), recordedPue(record))}${start ? `, and began at ${record.started_at}` : ''}`,
    },
    // What was said of the intensity was said of the recorded one.
    ...record.warnings.filter(({ code }) => code !== RECOMPUTED && !(isOther && code.startsWith('GRID_'))),
    ...(shifted ? gridWarnings(shifted.record) : []),
    ...(isOther && grid.fallback
      ? [
          {
            code: 'GRID_FALLBACK',
            message: `there is no figure for the place: carbon uses ${describe(grid, pue)} and may be off by a factor of five`,
          },
        ]
      : []),
  ]
}
