import { formatSignificant } from '../format/number.js'
import type { Scale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { shortName } from '../reading/metrics.js'
import { linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { type Canvas, drawing, hover, px, tickCount } from './frame.js'

const MOST_ROWS = 60
const MOST_ROWS_NARROW = 30
const ROW = 20
const TOP = 52
const BOTTOM = 44

export interface StackPart {
  readonly name: string
  /** Colour of the palette. */
  readonly color: `s${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`
}

export interface StackRow {
  /** Before the bar. */
  readonly label: string
  /** In its readout. */
  readonly name: string
  /** kWh, one for each part. */
  readonly values: readonly number[]
}

export interface Stack {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly parts: readonly StackPart[]
  readonly rows: readonly StackRow[]
  readonly scale: Scale
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The largest, in the order in which they were given. */
const shownOf = (rows: readonly StackRow[], most: number): readonly StackRow[] => {
  if (rows.length <= most) return rows
  const least = [...rows].sort((a, b) => sum(b.values) - sum(a.values))[most - 1]!
  return rows.filter(row => sum(row.values) >= sum(least.values)).slice(0, most)
}

/** A key above the plot, in two lines where it is narrow. */
const keys = (parts: readonly StackPart[], canvas: Canvas): readonly Html[] => {
  const perLine = canvas.variant === 'wide' ? parts.length : 2
  return parts.map(({ name, color }, i) => {
    const x = (i % perLine) * (canvas.variant === 'wide' ? 190 : 172)
    const y = 10 + Math.floor(i / perLine) * 16
    return html`<rect class="fill ${color}" x="${x}" y="${y - 9}" width="11" height="11"/><text x="${x + 17}" y="${y}">${name}</text>
`
  })
}

/** Bars of parts beside each other, a row each. */
export const stackChart = (stack: Stack): Chart => {
  const { id, title, parts, rows, scale } = stack
  const amount = (kwh: number) => formatSignificant(kwh * scale.factor, 3)
  const most = Math.max(...rows.map(({ values }) => sum(values))) * scale.factor

  const draw = (canvas: Canvas): Html => {
    const shown = shownOf(rows, canvas.variant === 'wide' ? MOST_ROWS : MOST_ROWS_NARROW)
    const height = TOP + shown.length * ROW + BOTTOM
    const left = 14 + Math.max(...shown.map(({ label }) => label.length)) * 7.2
    const plot = { left, right: canvas.width - 12, top: TOP, bottom: height - BOTTOM }
    const x = linearAxis([0, most], [plot.left, plot.right], tickCount(plot))
    return drawing(
      { ...canvas, height },
      id,
      {
        title,
        description: `A bar for each of ${shown.length} runs, divided into ${parts.map(({ name }) => name.toLowerCase()).join(', ')}.`,
      },
      [
        html`${keys(parts, canvas)}`,
        html`${x.ticks.map(
          tick => html`<line class="grid" x1="${px(x.at(tick))}" x2="${px(x.at(tick))}" y1="${plot.top}" y2="${plot.bottom}"/><text x="${px(x.at(tick))}" y="${plot.bottom + 17}" text-anchor="middle">${x.label(tick)}</text>
`,
        )}<text class="title" x="${px(plot.right)}" y="${plot.bottom + 35}" text-anchor="end">energy, ${scale.unit}</text>
`,
        ...shown.map(({ label, name, values }, i) => {
          const y = plot.top + i * ROW + 3
          let from = 0
          const bars = values.map((value, part) => {
            const start = x.at(from * scale.factor)
            from += value
            const width = x.at(from * scale.factor) - start
            return width <= 0
              ? undefined
              : html`<rect class="fill ${parts[part]!.color}" x="${px(start)}" y="${y}" width="${px(Math.max(0.6, width))}" height="${ROW - 6}"/>`
          })
          const texts = parts.flatMap((part, p) => (values[p] ? [`${part.name} ${amount(values[p])}`] : []))
          return html`<text x="${px(plot.left - 8)}" y="${y + 11}" text-anchor="end">${label}</text>${bars}
${hover(
  { ...plot, top: y - 3, bottom: y + ROW - 3 },
  { left: 0, right: canvas.width, x: plot.left, top: y - 3 },
  `${label} ${shortName(name)}   ${canvas.variant === 'wide' ? `${texts.join(', ')} ` : `${amount(sum(values))} `}${scale.unit}`,
  canvas.variant === 'wide' ? 34 : 42,
)}`
        }),
        html`<line class="base" x1="${px(plot.left)}" x2="${px(plot.left)}" y1="${plot.top}" y2="${plot.bottom}"/>
`,
      ],
    )
  }

  const hidden =
    rows.length > MOST_ROWS_NARROW
      ? ` Only the largest ${MOST_ROWS} are drawn, ${MOST_ROWS_NARROW} on a narrow screen.`
      : ''
  return {
    id,
    title,
    caption: `${stack.caption}${hidden}`,
    draw,
    table: {
      columns: ['Run', 'Name', ...parts.map(({ name }) => `${name} ${scale.unit}`)],
      rows: shownOf(rows, MOST_ROWS).map(({ label, name, values }) => [
        label,
        name,
        ...values.map(value => (value > 0 ? amount(value) : '')),
      ]),
    },
  }
}
