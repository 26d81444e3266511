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
  after: Conversion & { readonly location: RunRecord['location']; readonly shifted?: ShiftedGrid },
  start: Date | undefined,
): RunRecord['warnings'] => {
  const { grid, pue, shifted } = after
  const isOther = grid !== before.grid
  const isVoid = (code: string): boolean =>
    code === RECOMPUTED ||
    (isOther && code.startsWith('GRID_')) ||
    (after.location !== record.location && code.startsWith('LOCATION_'))
  const earlier = record.warnings.find(({ code }) => code === RECOMPUTED)
  return [
    earlier ?? {
      code: RECOMPUTED,
      message: `carbon was recomputed under other assumptions; the run was recorded with ${describe(recordedGrid(record), recordedPue(record))}${start ? `, and began at ${record.started_at}` : ''}`,
    },
    // What was said of intensity and place was said of the recorded ones.
    ...record.warnings.filter(({ code }) => !isVoid(code)),
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
