import type { RunRecord } from '@epochwatt/core'
import { formatMetric, formatSignificant } from '../format/number.js'
import { energyScale } from '../format/scale.js'
import { type Html, html } from '../html/html.js'
import { mainMetric, shortName, validationTwin } from '../reading/metrics.js'
import { linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { axes, type Canvas, drawing, hover, plotArea, px, tickCount, Y_TICKS } from './frame.js'

interface Step {
  readonly epoch: number
  /** Energy of all epochs up to the end of this one, kWh. */
  readonly cumulativeKwh: number
  readonly value?: number
  readonly validation?: number
}

/** Dots are drawn as long as they can be told apart. */
const MOST_DOTS = 80
const MOST_STEPS = 400

/** Epochs up to the first whose energy is unknown: beyond it nothing can be summed. */
const stepsOf = (record: RunRecord, metric: string, twin: string | undefined): readonly Step[] => {
  const steps: Step[] = []
  let cumulativeKwh = 0
  for (const epoch of record.epochs) {
    if (!epoch.energy_kwh) break
    cumulativeKwh += epoch.energy_kwh.value
    steps.push({
      epoch: epoch.index,
      cumulativeKwh,
      value: epoch.metrics[metric],
      validation: twin === undefined ? undefined : epoch.metrics[twin],
    })
  }
  return steps
}

/** Every n-th step, and the last. */
const thin = (steps: readonly Step[], most: number): readonly Step[] => {
  const every = Math.ceil(steps.length / most)
  return every <= 1 ? steps : steps.filter((_, i) => i % every === 0 || i === steps.length - 1)
}

/** A metric against the energy spent to reach it, and its validation's twin where there is one. */
export const metricChart = (record: RunRecord): Chart | undefined => {
  const metric = mainMetric(record)
  if (metric === undefined) return undefined
  const twin = validationTwin(record, metric)
  const steps = stepsOf(record, metric, twin)
  const values = steps.flatMap(step => [step.value, step.validation]).filter(value => value !== undefined)
  const last = steps.at(-1)
  if (!last || values.length < 2) return undefined
  const scale = energyScale(last.cumulativeKwh)
  const amount = (kwh: number) => formatSignificant(kwh * scale.factor, 3)
  const title = `${metric} against energy`

  const legend = html`<tspan class="key train">●</tspan> ${shortName(metric)}${
    twin !== undefined && html`   <tspan class="key validation">○</tspan> ${shortName(twin)}`
  }`

  const draw = (canvas: Canvas): Html => {
    const shown = thin(steps, MOST_STEPS)
    const low = Math.min(...values)
    const high = Math.max(...values)
    const room = (high - low) * 0.06
    const domain: readonly [number, number] = [low >= 0 && low - room < 0 ? 0 : low - room, high + room]
    const widest = linearAxis(domain, [0, 1], Y_TICKS)
    const plot = plotArea(canvas, Math.max(...widest.ticks.map(tick => widest.label(tick).length)))
    const x = linearAxis([0, last.cumulativeKwh * scale.factor], [plot.left, plot.right - 6], tickCount(plot))
    const y = linearAxis(domain, [plot.bottom, plot.top], Y_TICKS)
    const left = (step: Step) => x.at(step.cumulativeKwh * scale.factor)
    const series = (name: 'train' | 'validation', metricOf: (step: Step) => number | undefined): Html => {
      const dots = shown.flatMap(step => {
        const value = metricOf(step)
        return value === undefined ? [] : [{ x: px(left(step)), y: px(y.at(value)) }]
      })
      return html`<polyline class="series ${name}" points="${dots.map(dot => `${dot.x},${dot.y}`).join(' ')}"/>
${shown.length <= MOST_DOTS && dots.map(dot => html`<circle class="dot ${name}" cx="${dot.x}" cy="${dot.y}" r="3.5"/>`)}
`
    }
    return drawing(
      canvas,
      'metric',
      {
        title,
        description: `${metric} at the end of each epoch against the energy of all epochs up to it, from ${formatMetric(values[0]!)} on.`,
      },
      [
        axes(plot, x, y, { x: `energy of all epochs so far, ${scale.unit}`, y: legend }),
        series('train', step => step.value),
        ...(twin === undefined ? [] : [series('validation', step => step.validation)]),
        ...shown.map((step, i) => {
          const before = shown[i - 1]
          const after = shown[i + 1]
          return hover(
            plot,
            {
              left: before ? (left(before) + left(step)) / 2 : plot.left,
              right: after ? (left(step) + left(after)) / 2 : plot.right,
              x: left(step),
              ...(step.value === undefined ? {} : { y: y.at(step.value) }),
            },
            [
              `epoch ${step.epoch}`,
              `${amount(step.cumulativeKwh)} ${scale.unit}`,
              ...(step.value === undefined ? [] : [`${shortName(metric)} ${formatMetric(step.value)}`]),
              ...(step.validation === undefined
                ? []
                : [`${shortName(twin ?? '')} ${formatMetric(step.validation)}`]),
            ].join('   '),
          )
        }),
      ],
    )
  }

  return {
    id: 'metric',
    title,
    caption: 'What each further epoch bought. Energy is that of the epochs alone, added up.',
    draw,
    table: {
      columns: ['Epoch', `Energy so far ${scale.unit}`, metric, ...(twin === undefined ? [] : [twin])],
      rows: thin(steps, MOST_STEPS).map(step => [
        String(step.epoch),
        amount(step.cumulativeKwh),
        step.value === undefined ? '' : formatMetric(step.value),
        ...(twin === undefined ? [] : [step.validation === undefined ? '' : formatMetric(step.validation)]),
      ]),
    },
  }
}
