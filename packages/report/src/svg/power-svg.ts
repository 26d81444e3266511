import type { RunRecord } from '@epochwatt/core'
import { LIGHT } from '../html/palette.js'
import { CHART_STYLE } from './chart-style.js'
import { WIDE } from './frame.js'
import { powerChart } from './power-chart.js'

const variables = Object.entries(LIGHT).map(([name, colour]) => `--${name}:${colour}`)

const STYLE = `<style>svg { ${variables.join(';')}; font: 12px system-ui, sans-serif; background: var(--paper) }${CHART_STYLE}</style>`

/**
 * Power over time as an SVG file that stands alone. Undefined where the power of the run is unknown.
 *
 * @example
 * writeFileSync('power.svg', powerSvg(record) ?? '')
 */
export const powerSvg = (record: RunRecord): string | undefined =>
  powerChart(record)
    ?.draw(WIDE)
    .markup.replace(
      /^\s*<svg ([^>]*)>/,
      (_, attributes: string) =>
        `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDE.width}" height="${WIDE.height}" ${attributes}>\n${STYLE}`,
    )
