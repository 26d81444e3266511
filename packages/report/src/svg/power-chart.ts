import type { RunRecord } from '@epochwatt/core'
import { formatSignificant } from '../format/number.js'
import { powerScale, type Scale } from '../format/scale.js'
import { formatDuration } from '../format/time.js'
import { type Html, html } from '../html/html.js'
import { meanPowerWatts } from '../reading/headline.js'
import { type Axis, linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { decimatePower, type PowerPoint } from './decimate.js'
import { axes, type Canvas, drawing, hover, type Plot, plotArea, px, tickCount, Y_TICKS } from './frame.js'
import { timeUnit } from './time-unit.js'

/** More points than these are neither visible nor pleasant in a table. */
const MOST_POINTS = 300
const MOST_POINTS_NARROW = 120

/** Narrower epochs would be a flicker of stripes: they are shaded as one. */
const NARROWEST_BAND = 7
const NARROWEST_LABEL = 24

const pointsOf = (record: RunRecord): readonly PowerPoint[] => {
  const { t_s, mean_w, min_w, max_w } = record.power
  return t_s.flatMap((t, i) => {
    const mean = mean_w[i]
    if (mean === undefined || !Number.isFinite(mean)) return []
    return [{ t, mean, min: min_w[i] ?? mean, max: max_w[i] ?? mean }]
  })
}

const epochBands = (record: RunRecord, plot: Plot, x: Axis): readonly Html[] => {
  const first = record.epochs[0]
  const last = record.epochs.at(-1)
  if (!first || !last) return []
  const band = (from: number, to: number, shade: 'odd' | 'even', label: string | undefined) => {
    const left = x.at(from)
    const right = x.at(to)
    return html`<rect class="epoch ${shade}" x="${px(left)}" y="${px(plot.top)}" width="${px(Math.max(0, right - left))}" height="${px(plot.bottom - plot.top)}"/>
${label !== undefined && html`<text class="band" x="${px(Math.max(left + 4, plot.left + 4))}" y="${px(plot.top + 13)}">${label}</text>`}`
  }
  const typical = (x.at(last.ended_s) - x.at(first.started_s)) / record.epochs.length
  if (typical < NARROWEST_BAND) {
    return [band(first.started_s, last.ended_s, 'even', `epochs ${first.index} – ${last.index}`)]
  }
  const every = Math.ceil(NARROWEST_LABEL / typical)
  const name = (index: number): string => (typical > 80 ? `epoch ${index}` : String(index))
  return record.epochs.map((epoch, i) =>
    band(
      epoch.started_s,
      epoch.ended_s,
      i % 2 === 0 ? 'even' : 'odd',
      i % every === 0 ? name(epoch.index) : undefined,
    ),
  )
}

const outline = (points: readonly PowerPoint[], x: Axis, y: Axis): string => {
  const upper = points.map(point => `${px(x.at(point.t))},${px(y.at(point.max))}`)
  const lower = points.toReversed().map(point => `${px(x.at(point.t))},${px(y.at(point.min))}`)
  return `M${[...upper, ...lower].join('L')}Z`
}

const hovers = (
  points: readonly PowerPoint[],
  plot: Plot,
  x: Axis,
  y: Axis,
  readout: (point: PowerPoint) => string,
) =>
  points.map((point, i) => {
    const before = points[i - 1]
    const after = points[i + 1]
    return hover(
      plot,
      {
        left: before ? (x.at(before.t) + x.at(point.t)) / 2 : x.at(point.t),
        right: after ? (x.at(point.t) + x.at(after.t)) / 2 : x.at(point.t) + 4,
        x: x.at(point.t),
        y: y.at(point.mean),
      },
      readout(point),
    )
  })

const watts = (value: number, scale: Scale): string => formatSignificant(value * scale.factor, 3)

/** Power over time with the epochs shaded and the band between the lowest and the highest reading. */
export const powerChart = (record: RunRecord): Chart | undefined => {
  const all = pointsOf(record)
  if (all.length < 2) return undefined
  const peak = all.reduce((highest, point) => (point.max > highest.max ? point : highest))
  const scale = powerScale(peak.max)
  const time = timeUnit(record.duration_s)
  const mean = meanPowerWatts(record)
  const summary = `${mean === undefined ? '' : `mean ${watts(mean, scale)} ${scale.unit}, `}peak ${watts(peak.max, scale)} ${scale.unit}`

  const modelled = record.energy.measured_share === 0 ? ' All of it is modelled.' : ''

  const readout = (point: PowerPoint): string =>
    `${formatDuration(point.t)}   ${watts(point.mean, scale)} ${scale.unit}   (${watts(point.min, scale)} – ${watts(point.max, scale)})`

  const draw = (canvas: Canvas): Html => {
    const points = decimatePower(all, canvas.variant === 'wide' ? MOST_POINTS : MOST_POINTS_NARROW)
    const top = peak.max * scale.factor * 1.12
    const widest = linearAxis([0, top], [0, 1], Y_TICKS)
    const plot = plotArea(canvas, Math.max(...widest.ticks.map(tick => widest.label(tick).length)))
    const xTicks = linearAxis([0, record.duration_s / time.seconds], [plot.left, plot.right], tickCount(plot))
    const yTicks = linearAxis([0, top], [plot.bottom, plot.top], Y_TICKS)
    const x: Axis = { ...xTicks, at: seconds => xTicks.at(seconds / time.seconds) }
    const y: Axis = { ...yTicks, at: value => yTicks.at(value * scale.factor) }
    return drawing(
      canvas,
      'power',
      { title: 'Power over time', description: `Power over time, ${summary}.` },
      [
        ...epochBands(record, plot, x),
        axes(plot, xTicks, yTicks, { x: `time since the start, ${time.unit}`, y: `power, ${scale.unit}` }),
        html`<path class="range" d="${outline(points, x, y)}"/>
<polyline class="line" points="${points.map(point => `${px(x.at(point.t))},${px(y.at(point.mean))}`).join(' ')}"/>
`,
        ...hovers(points, plot, x, y, readout),
      ],
    )
  }

  const listed = decimatePower(all, MOST_POINTS)
  return {
    id: 'power',
    title: 'Power over time',
    caption: `The line is the mean, the band spans the lowest and highest power in each step; epochs are shaded. ${summary[0]!.toUpperCase()}${summary.slice(1)}.${modelled}`,
    draw,
    table: {
      columns: ['Time s', `Mean ${scale.unit}`, `Lowest ${scale.unit}`, `Highest ${scale.unit}`],
      rows: listed.map(point => [
        point.t.toFixed(2),
        watts(point.mean, scale),
        watts(point.min, scale),
        watts(point.max, scale),
      ]),
    },
  }
}
