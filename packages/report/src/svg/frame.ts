import { type Html, html } from '../html/html.js'
import type { Axis } from './axis.js'

/** Size of a drawing, pixels. Each chart is drawn twice: text that is scaled down to a phone cannot be read. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Distinguishes the ids of two drawings of one chart. */
  readonly variant: 'wide' | 'narrow'
}

export const WIDE: Canvas = { width: 940, height: 300, variant: 'wide' }
export const NARROW: Canvas = { width: 358, height: 260, variant: 'narrow' }

export interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Room for the axis titles above and below, and for the widest label on the left. */
export const plotArea = (canvas: Canvas, widestLabel: number): Plot => ({
  left: Math.max(30, 12 + widestLabel * 7.2),
  right: canvas.width - (canvas.variant === 'wide' ? 12 : 8),
  top: canvas.variant === 'wide' ? 30 : 46,
  bottom: canvas.height - 42,
})

/** Where the readout stands: beside the axis title, or below it where there is no room. */
const readoutLine = (plot: Plot): number => (plot.top < 40 ? 12 : 30)

/** Pixels to a tenth: finer is invisible and only makes the file larger. */
export const px = (value: number): string => String(Math.round(value * 10) / 10)

/** How many ticks fit beside each other. */
export const tickCount = (plot: Plot): number => Math.max(2, Math.round((plot.right - plot.left) / 90))

export const Y_TICKS = 5

/** Grid lines, tick labels and the titles of both axes. */
export const axes = (
  plot: Plot,
  x: Axis,
  y: Axis,
  titles: { readonly x: string; readonly y: string | Html },
): Html => html`
<g class="axes">
${y.ticks.map(
  tick => html`<line class="grid" x1="${px(plot.left)}" x2="${px(plot.right)}" y1="${px(y.at(tick))}" y2="${px(y.at(tick))}"/>
<text x="${px(plot.left - 8)}" y="${px(y.at(tick) + 4)}" text-anchor="end">${y.label(tick)}</text>
`,
)}${x.ticks.map(
  tick => html`<line class="tick" x1="${px(x.at(tick))}" x2="${px(x.at(tick))}" y1="${px(plot.bottom)}" y2="${px(plot.bottom + 5)}"/>
<text x="${px(x.at(tick))}" y="${px(plot.bottom + 19)}" text-anchor="middle">${x.label(tick)}</text>
`,
)}<line class="base" x1="${px(plot.left)}" x2="${px(plot.right)}" y1="${px(plot.bottom)}" y2="${px(plot.bottom)}"/>
<text class="title" x="0" y="12">${titles.y}</text>
<text class="title" x="${px(plot.right)}" y="${px(plot.bottom + 37)}" text-anchor="end">${titles.x}</text>
</g>`

/**
 * What is shown while a column of the chart is under the pointer: a line, a dot and a readout above the plot. Plain
 * style sheets do it, so that it works where scripts are not allowed to run.
 */
export const hover = (
  plot: Plot,
  spot: {
    readonly left: number
    readonly right: number
    readonly x: number
    readonly y?: number
    /** Where the area begins that answers; the top of the drawing unless given. */
    readonly top?: number
  },
  readout: string,
  line: number = readoutLine(plot),
): Html => html`<g class="hit"><rect x="${px(spot.left)}" y="${px(spot.top ?? 0)}" width="${px(Math.max(0.1, spot.right - spot.left))}" height="${px(plot.bottom - (spot.top ?? 0))}"/><line x1="${px(spot.x)}" x2="${px(spot.x)}" y1="${px(plot.top)}" y2="${px(plot.bottom)}"/>${
  spot.y === undefined ? undefined : html`<circle cx="${px(spot.x)}" cy="${px(spot.y)}" r="3.5"/>`
}<text x="${px(plot.right)}" y="${line}" text-anchor="end">${readout}</text></g>
`

/** The drawing itself, named and described for those who do not see it. */
export const drawing = (
  canvas: Canvas,
  id: string,
  texts: { readonly title: string; readonly description: string },
  content: readonly Html[],
): Html => {
  const name = `${id}-${canvas.variant}`
  return html`<svg class="${canvas.variant}" viewBox="0 0 ${canvas.width} ${canvas.height}" role="img" aria-labelledby="${name}-t ${name}-d" preserveAspectRatio="xMidYMid meet">
<title id="${name}-t">${texts.title}</title>
<desc id="${name}-d">${texts.description}</desc>
${content}
</svg>`
}
