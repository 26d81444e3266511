import type { RunRecord } from '@epochwatt/core'
import { EpochwattError } from '@epochwatt/core'
import { figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { Html, html } from '../html/html.js'
import { LIGHT } from '../html/palette.js'
import { headlineCarbon, headlineEnergy } from '../reading/headline.js'
import type { Chart } from './chart.js'
import { CHART_STYLE } from './chart-style.js'
import { epochEnergyChart } from './epoch-energy-chart.js'
import { WIDE } from './frame.js'
import { metricChart } from './metric-chart.js'
import { powerChart } from './power-chart.js'

const CHARTS = { power: powerChart, epochs: epochEnergyChart, metric: metricChart } as const

/** What `renderSvg` can draw. */
export const CHART_NAMES = Object.keys(CHARTS) as readonly ChartName[]

/** `power`: watts over time. `epochs`: energy of each epoch. `metric`: a metric against the energy spent. */
export type ChartName = keyof typeof CHARTS

/** Programs that draw files know no custom properties: the colours stand in the rules themselves. */
const STYLE = `svg { font: 12px Inter, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif }${CHART_STYLE.replace(
  /var\(--([a-z0-9-]+)\)/g,
  (_, name: keyof typeof LIGHT) => LIGHT[name],
)}
text.heading { fill: ${LIGHT.ink}; font-size: 15px; font-weight: 600 }`

const MARGIN = 20
const HEADING = 34

/** What only a pointer brings out is of no use in a file. */
const still = (markup: string): string => markup.replace(/<g class="hit"><rect[\s\S]*?<\/g>\n?/g, '')

const heightOf = (markup: string): number =>
  Number(/viewBox="0 0 \d+ (\d+)"/.exec(markup)?.[1] ?? WIDE.height)

const bare = (chart: Chart): string => {
  const markup = still(chart.draw(WIDE).markup)
  return markup.replace(
    /^\s*<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDE.width}" height="${heightOf(markup)}" ${attributes}>\n<style>${STYLE}</style><rect width="100%" height="100%" fill="${LIGHT.paper}"/>`,
  )
}

const headline = (record: RunRecord): string =>
  [
    record.name,
    ...[
      [headlineEnergy(record).quantity, formatEnergy] as const,
      [headlineCarbon(record).quantity, formatCarbon] as const,
    ].flatMap(([quantity, format]) => {
      if (!quantity) return []
      const figure = format(quantity)
      const interval = intervalText(figure)
      return [`${figureText(figure)}${interval ? ` (${interval})` : ''}`]
    }),
  ]
    .join(' · ')
    // Few typefaces have the small figure, and a program that lacks it takes another face for the whole line.
    .replaceAll('₂', '2')

const sheet = (record: RunRecord, charts: readonly Chart[]): string => {
  let y = MARGIN + 20
  const drawn = charts.map(chart => {
    const markup = still(chart.draw(WIDE).markup)
    const height = heightOf(markup)
    const placed = html`<text class="heading" x="${MARGIN}" y="${y + 26}">${chart.title}</text>
${new Html(markup.replace(/^\s*<svg /, `<svg x="${MARGIN}" y="${y + HEADING}" width="${WIDE.width}" height="${height}" `))}
`
    y += HEADING + height + MARGIN
    return placed
  })
  const width = WIDE.width + 2 * MARGIN
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">
<style>${new Html(STYLE)}</style><rect width="100%" height="100%" fill="${LIGHT.paper}"/>
<text class="heading" x="${MARGIN}" y="${MARGIN + 12}">${headline(record)}</text>
${drawn}</svg>
`.markup
}

/**
 * The main charts of a run as one SVG file that stands alone: power over time, energy per epoch, and a metric against
 * energy. With a name, that chart alone.
 *
 * @throws EpochwattError `CHART_EMPTY` where the record holds nothing to draw, `OPTION_INVALID` for a chart that is none.
 * @example
 * writeFileSync('power.svg', renderSvg(openStore().read('latest'), 'power'))
 */
export const renderSvg = (record: RunRecord, name?: ChartName): string => {
  if (name !== undefined && !Object.hasOwn(CHARTS, name))
    throw new EpochwattError(
      'OPTION_INVALID',
      `There is no chart ${JSON.stringify(name)}; accepted: ${CHART_NAMES.join(', ')}.`,
    )
  const charts = (name === undefined ? CHART_NAMES : [name]).flatMap(each => CHARTS[each](record) ?? [])
  const [first] = charts
  if (!first)
    throw new EpochwattError(
      'CHART_EMPTY',
      `There is nothing to draw of run ${record.id}: ${record.energy.reason ?? 'its record holds no such figures'}.`,
    )
  return name === undefined ? sheet(record, charts) : bare(first)
}
