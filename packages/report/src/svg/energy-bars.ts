import type { Quantity } from '@epochwatt/core'
import { formatEnergy, intervalText } from '../format/figure.js'
import type { Scale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { shortName } from '../reading/metrics.js'
import { TIER_MARK } from '../reading/wording.js'
import { type Axis, linearAxis } from './axis.js'
import { axes, type Canvas, drawing, hover, plotArea, px, Y_TICKS } from './frame.js'

export const MOST_BARS = 120
export const MOST_BARS_NARROW = 40

export interface EnergyBar {
  /** Below the bar and in its readout. */
  readonly label: string
  /** In its readout only. */
  readonly name?: string
  readonly energy: Quantity
  /** False has a dashed edge. */
  readonly complete: boolean
}

export interface EnergyBars {
  /** Part of ids. */
  readonly id: string
  readonly title: string
  readonly description: string
  /** What a bar is of. */
  readonly noun: string
  readonly bars: readonly EnergyBar[]
  readonly scale: Scale
  /** Top of the highest interval, kWh, of all drawings of the chart. */
  readonly highest: number
}

/** Bars are filled as far as their figure is known: solid when measured, hatched when modelled, empty when assumed. */
const hatch = (
  id: string,
): Html => html`<defs><pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="5"/></pattern></defs>
`

/** Whiskers with smaller caps stand so close that full ink would drown the bars. */
const FINE_CAP = 2.5

const whisker = (x: number, low: number, high: number, cap: number): Html =>
  html`<path class="whisker${cap < FINE_CAP && ' fine'}" d="M${px(x)},${px(low)}V${px(high)}${
    cap > 1 && `M${px(x - cap)},${px(low)}h${px(2 * cap)}M${px(x - cap)},${px(high)}h${px(2 * cap)}`
  }"/>`

/** Bars with their intervals. */
export const drawEnergyBars = (canvas: Canvas, content: EnergyBars): Html => {
  const { id, title, description, noun, bars, scale } = content
  const highest = content.highest * scale.factor
  const widest = linearAxis([0, highest * 1.06], [0, 1], Y_TICKS)
  const plot = plotArea(canvas, Math.max(...widest.ticks.map(tick => widest.label(tick).length)))
  const y = linearAxis([0, highest * 1.06], [plot.bottom, plot.top], Y_TICKS)
  const slot = (plot.right - plot.left) / bars.length
  const thickness = Math.min(44, slot * 0.62)
  const middle = (i: number) => plot.left + slot * (i + 0.5)
  const every = Math.ceil((Math.max(...bars.map(bar => bar.label.length)) * 8 + 8) / slot)
  const x: Axis = {
    at: middle,
    ticks: bars.map((_, i) => i).filter(i => i % every === 0),
    label: i => bars[i]!.label,
  }
  const pattern = `${id}-${canvas.variant}-hatch`
  return drawing(canvas, id, { title, description }, [
    hatch(pattern),
    axes(plot, x, y, { x: noun, y: `energy, ${scale.unit}` }),
    ...bars.map((bar, i) => {
      const top = y.at(bar.energy.value * scale.factor)
      const fill = bar.energy.tier === 'modelled' && html` fill="url(#${pattern})"`
      return html`<rect class="bar ${bar.energy.tier}${!bar.complete && ' cut'}"${fill} x="${px(middle(i) - thickness / 2)}" y="${px(top)}" width="${px(thickness)}" height="${px(Math.max(0, plot.bottom - top))}"/>
${whisker(middle(i), y.at(bar.energy.low * scale.factor), y.at(bar.energy.high * scale.factor), Math.min(5, thickness / 4))}
`
    }),
    ...bars.map((bar, i) => {
      const figure = formatEnergy(bar.energy, scale)
      const interval = intervalText(figure)
      return hover(
        plot,
        { left: middle(i) - slot / 2, right: middle(i) + slot / 2, x: middle(i) },
        `${noun} ${bar.label}${bar.name === undefined ? '' : ` ${shortName(bar.name)}`}   ${TIER_MARK[bar.energy.tier]} ${figure.value} ${figure.unit}${interval ? `   (${interval})` : ''}`,
      )
    }),
  ])
}
