import type { EpochRecord } from '@epochwatt/core'
import { formatSignificant } from '../format/number.js'
import { energyScale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { shortName } from '../reading/metrics.js'
import type { Chart } from './chart.js'
import type { DetailedRun } from './detailed-run.js'
import { type Canvas, drawing, hover, px } from './frame.js'

const MOST_BARS = 48
const PANEL = { height: 112, gap: 18, top: 22, bottom: 18 }
const TOP = 26

interface Bar {
  readonly label: string
  readonly kwh: number
}

interface Panel extends DetailedRun {
  readonly bars: readonly Bar[]
  readonly first: number
  readonly last: number
}

const barsOf = (epochs: readonly EpochRecord[]): readonly Bar[] => {
  const size = Math.ceil(epochs.length / MOST_BARS)
  const bars: Bar[] = []
  for (let i = 0; i < epochs.length; i += size) {
    const group = epochs.slice(i, i + size)
    bars.push({
      label: group.length === 1 ? String(group[0]!.index) : `${group[0]!.index} – ${group.at(-1)!.index}`,
      kwh: group.reduce((sum, { energy_kwh }) => sum + energy_kwh!.value, 0) / group.length,
    })
  }
  return bars
}

const panelOf = (run: DetailedRun): readonly Panel[] => {
  const known = run.record.epochs.filter(({ energy_kwh }) => energy_kwh)
  return known.length > 0
    ? [{ ...run, bars: barsOf(known), first: known[0]!.index, last: known.at(-1)!.index }]
    : []
}

/** Energy of each epoch, a small drawing for each run, all on one scale. */
export const epochPanels = (runs: readonly DetailedRun[]): Chart | undefined => {
  const panels = runs.flatMap(panelOf)
  if (panels.length === 0) return undefined
  const most = Math.max(...panels.flatMap(({ bars }) => bars.map(({ kwh }) => kwh)))
  const scale = energyScale(most)
  const amount = (kwh: number) => formatSignificant(kwh * scale.factor, 3)
  const title = 'Energy per epoch of each run'

  const drawPanel = (panel: Panel, place: { left: number; top: number; width: number }, canvas: Canvas) => {
    const { left, top, width } = place
    const plot = {
      left,
      right: left + width,
      top: top + PANEL.top,
      bottom: top + PANEL.height - PANEL.bottom,
    }
    const slot = width / panel.bars.length
    const height = (kwh: number) => (most > 0 ? (kwh / most) * (plot.bottom - plot.top) : 0)
    const name = shortName(panel.record.name)
    return html`<text class="tag" x="${px(left)}" y="${px(top + 12)}">${panel.number} <tspan font-weight="400">${name}</tspan></text>
<line class="grid" x1="${px(left)}" x2="${px(plot.right)}" y1="${px(plot.top)}" y2="${px(plot.top)}"/>
${panel.bars.map(({ kwh }, i) => html`<rect class="fill s1" x="${px(left + slot * i + slot * 0.12)}" y="${px(plot.bottom - height(kwh))}" width="${px(Math.max(0.5, slot * 0.76))}" height="${px(height(kwh))}"/>`)}
<line class="base" x1="${px(left)}" x2="${px(plot.right)}" y1="${px(plot.bottom)}" y2="${px(plot.bottom)}"/>
<text x="${px(left)}" y="${px(plot.bottom + 13)}" font-size="11">${panel.first}</text><text x="${px(plot.right)}" y="${px(plot.bottom + 13)}" font-size="11" text-anchor="end">${panel.last === panel.first ? '' : panel.last}</text>
${panel.bars.map((bar, i) =>
  hover(
    { left: 0, right: canvas.width, top: plot.top, bottom: plot.bottom },
    { left: left + slot * i, right: left + slot * (i + 1), x: left + slot * (i + 0.5), top: plot.top },
    `run ${panel.number} ${name}   epoch ${bar.label}   ${amount(bar.kwh)} ${scale.unit}`,
    12,
  ),
)}
`
  }

  const draw = (canvas: Canvas): Html => {
    const columns = Math.min(canvas.variant === 'wide' ? 4 : 2, panels.length)
    const gap = PANEL.gap
    const width = Math.min(300, (canvas.width - gap * (columns - 1)) / columns)
    const lines = Math.ceil(panels.length / columns)
    return drawing(
      { ...canvas, height: TOP + lines * (PANEL.height + gap) },
      'epoch-panels',
      {
        title,
        description: `A drawing with a bar for each epoch, for each of ${panels.length} runs, on one scale.`,
      },
      panels.map((panel, i) =>
        drawPanel(
          panel,
          {
            left: (i % columns) * (width + gap),
            top: TOP + Math.floor(i / columns) * (PANEL.height + gap),
            width,
          },
          canvas,
        ),
      ),
    )
  }

  return {
    id: 'epoch-panels',
    title,
    caption: `By the numbers in the table, all on one scale: the line above each drawing is ${amount(most)} ${scale.unit}. Where there are many epochs, a bar is the mean of several.`,
    draw,
    table: {
      columns: ['Run', 'Name', 'Epoch', `Energy ${scale.unit}`],
      rows: panels.flatMap(({ number, record, bars }) =>
        bars.map(({ label, kwh }) => [String(number), record.name, label, amount(kwh)]),
      ),
    },
  }
}
