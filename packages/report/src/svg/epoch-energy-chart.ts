import type { EpochRecord, Quantity, RunRecord } from '@epochwatt/core'
import { formatEnergy, intervalText } from '../format/figure.js'
import { energyScale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { epochsTotal } from '../reading/epochs-total.js'
import { TIER_MARK } from '../reading/wording.js'
import { type Axis, linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { axes, type Canvas, drawing, hover, plotArea, px, Y_TICKS } from './frame.js'

const MOST_BARS = 120
const MOST_BARS_NARROW = 40

/** One bar: an epoch, or the mean of several neighbours where there are too many for a bar each. */
interface Bar {
  readonly label: string
  readonly energy: Quantity
  readonly complete: boolean
}

const knownEpochs = (record: RunRecord): readonly EpochRecord[] =>
  record.epochs.filter(epoch => epoch.energy_kwh)

const barOf = (epochs: readonly EpochRecord[]): Bar => {
  const total = epochsTotal(epochs, 'energy_kwh')!
  const n = epochs.length
  const first = epochs[0]!.index
  return {
    label: n === 1 ? String(first) : `${first} – ${epochs.at(-1)!.index}`,
    energy: { ...total, value: total.value / n, low: total.low / n, high: total.high / n },
    complete: epochs.every(epoch => epoch.complete),
  }
}

const barsOf = (record: RunRecord, most: number): readonly Bar[] => {
  const epochs = knownEpochs(record)
  const size = Math.ceil(epochs.length / most)
  const bars: Bar[] = []
  for (let i = 0; i < epochs.length; i += size) bars.push(barOf(epochs.slice(i, i + size)))
  return bars
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

/** Energy of each epoch with its interval. */
export const epochEnergyChart = (record: RunRecord): Chart | undefined => {
  const epochs = knownEpochs(record)
  if (epochs.length === 0) return undefined
  const scale = energyScale(...epochs.map(epoch => epoch.energy_kwh!.value))
  const highest = Math.max(...epochs.map(epoch => epoch.energy_kwh!.high)) * scale.factor
  const merged = epochs.length > MOST_BARS_NARROW

  const draw = (canvas: Canvas): Html => {
    const bars = barsOf(record, canvas.variant === 'wide' ? MOST_BARS : MOST_BARS_NARROW)
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
    const pattern = `epoch-energy-${canvas.variant}-hatch`
    return drawing(
      canvas,
      'epoch-energy',
      {
        title: 'Energy per epoch',
        description: `A bar with an interval for each of ${epochs.length} epochs.`,
      },
      [
        hatch(pattern),
        axes(plot, x, y, { x: 'epoch', y: `energy, ${scale.unit}` }),
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
            `epoch ${bar.label}   ${TIER_MARK[bar.energy.tier]} ${figure.value} ${figure.unit}${interval ? `   (${interval})` : ''}`,
          )
        }),
      ],
    )
  }

  return {
    id: 'epoch-energy',
    title: 'Energy per epoch',
    caption: `${merged ? 'A bar labelled with a range is the mean of its epochs. ' : ''}Whiskers are the 90 % interval. Solid bars are measured, hatched ones modelled, empty ones assumed; a dashed edge marks an epoch in which the run ended.`,
    draw,
    table: {
      columns: ['Epoch', `Energy ${scale.unit}`, '90 % interval', 'Tier'],
      rows: barsOf(record, MOST_BARS).map(({ label, energy }) => {
        const figure = formatEnergy(energy, scale)
        return [label, figure.value, intervalText(figure) ?? '', energy.tier]
      }),
    },
  }
}
