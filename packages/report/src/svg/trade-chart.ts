import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import { standingText } from '../compare/wording.js'
import { formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric } from '../format/number.js'
import { energyScale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { shortName } from '../reading/metrics.js'
import { linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { axes, type Canvas, drawing, hover, plotArea, px, tickCount, Y_TICKS } from './frame.js'

/** More dots can neither be told apart nor pointed at. */
const MOST_DOTS = 400

interface Dot {
  readonly number: number
  readonly run: ComparedRun
  readonly energy: NonNullable<ComparedRun['energy_kwh']>
  readonly metric: number
}

/** All runs of the front, and of the others as many as there is room for. */
const shownOf = (dots: readonly Dot[]): readonly Dot[] => {
  const isFront = ({ run }: Dot) => run.standing === 'front'
  const others = dots.filter(dot => !isFront(dot))
  return [...dots.filter(isFront), ...others]
    .slice(0, MOST_DOTS)
    .sort((a, b) => a.energy.value - b.energy.value)
}

/** A metric of each run against its energy, and the front of the best trades. */
export const tradeChart = ({ runs, metric, better }: RunComparison): Chart | undefined => {
  if (metric === undefined) return undefined
  const all = runs.flatMap((run, i): Dot[] =>
    run.energy_kwh && run.metric !== undefined && Number.isFinite(run.metric)
      ? [{ number: i + 1, run, energy: run.energy_kwh, metric: run.metric }]
      : [],
  )
  if (all.length < 2) return undefined
  const dots = shownOf(all)
  const scale = energyScale(...dots.map(({ energy }) => energy.value))
  const front = dots.filter(({ run }) => run.standing === 'front')
  const metrics = dots.map(dot => dot.metric)
  const [low, high] = [Math.min(...metrics), Math.max(...metrics)]
  const most = Math.max(...dots.map(({ energy }) => energy.high)) * scale.factor
  const title = `${metric} against energy of runs`
  const amount = (kwh: number) => kwh * scale.factor

  const draw = (canvas: Canvas): Html => {
    const room = (high - low) * 0.08
    const domain: readonly [number, number] = [low - room, high + room]
    const widest = linearAxis(domain, [0, 1], Y_TICKS)
    const plot = plotArea(canvas, Math.max(...widest.ticks.map(tick => widest.label(tick).length)))
    const x = linearAxis([0, most], [plot.left, plot.right - 6], tickCount(plot))
    const y = linearAxis(domain, [plot.bottom, plot.top], Y_TICKS)
    const left = (dot: Dot) => x.at(amount(dot.energy.value))
    return drawing(
      canvas,
      'trade',
      {
        title,
        description: `A dot for each of ${dots.length} runs: ${metric} against energy, ${front.length} of them on the front of the best trades.`,
      },
      [
        axes(plot, x, y, {
          x: `energy, ${scale.unit}`,
          y: `${shortName(metric)}${better === undefined ? '' : `, ${better} is better`}`,
        }),
        ...dots.map(
          ({
            energy,
            metric: value,
          }) => html`<path class="whisker fine" d="M${px(x.at(amount(energy.low)))},${px(y.at(value))}H${px(x.at(amount(energy.high)))}"/>
`,
        ),
        ...(front.length > 1
          ? [
              html`<polyline class="series train front" points="${front.map(dot => `${px(left(dot))},${px(y.at(dot.metric))}`).join(' ')}"/>
`,
            ]
          : []),
        ...[...dots.filter(dot => !front.includes(dot)), ...front].map(
          dot => html`<circle class="dot ${dot.run.standing === 'front' ? 'train' : 'other'}${dot.run.standing === 'dominated' && ' dominated'}" cx="${px(left(dot))}" cy="${px(y.at(dot.metric))}" r="4.5"/>
`,
        ),
        ...front.map(
          dot => html`<text class="tag" x="${px(left(dot) + 7)}" y="${px(y.at(dot.metric) + (better === 'lower' ? 14 : -7))}">${dot.number}</text>
`,
        ),
        ...dots.map((dot, i) => {
          const before = dots[i - 1]
          const after = dots[i + 1]
          const figure = formatEnergy(dot.energy, scale)
          return hover(
            plot,
            {
              left: before ? (left(before) + left(dot)) / 2 : plot.left,
              right: after ? (left(dot) + left(after)) / 2 : plot.right,
              x: left(dot),
              y: y.at(dot.metric),
            },
            `run ${dot.number} ${shortName(dot.run.name)}   ${figure.value} ${figure.unit}   ${shortName(metric)} ${formatMetric(dot.metric)}`,
          )
        }),
      ],
    )
  }

  const hidden = all.length > dots.length ? ` ${dots.length} of ${all.length} runs are drawn.` : ''
  return {
    id: 'trade',
    title,
    caption: `Whiskers are the 90 % interval of energy.${front.length > 0 ? ' Full dots are the best trades: by best guesses no other run is as good for less energy. A dashed rim marks a run that another one surely beats.' : ''}${hidden}`,
    draw,
    table: {
      columns: ['Run', 'Name', `Energy ${scale.unit}`, '90 % interval', metric, 'Standing'],
      rows: dots.map(({ number, run, energy, metric: value }) => {
        const figure = formatEnergy(energy, scale)
        return [
          String(number),
          run.name,
          figure.value,
          intervalText(figure) ?? '',
          formatMetric(value),
          standingText(run),
        ]
      }),
    },
  }
}
