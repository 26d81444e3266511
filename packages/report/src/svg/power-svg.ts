import type { RunRecord } from '@epochwatt/core'
import { renderSvg } from './chart-file.js'
import { powerChart } from './power-chart.js'

/**
 * Power over time as an SVG file that stands alone. Undefined where the power of the run is unknown.
 *
 * @example
 * writeFileSync('power.svg', powerSvg(record) ?? '')
 */
export const powerSvg = (record: RunRecord): string | undefined =>
  powerChart(record) && renderSvg(record, 'power')
