import type { RankedRegion, RegionRanking } from '@epochwatt/core/planning'
import { figureText, formatEnergy, formatQuantity } from '../../format/figure.js'
import { formatSignificant } from '../../format/number.js'
import { carbonScale } from '../../format/scale.js'
import { paint } from '../ansi.js'
import { type TerminalOptions, widthOf } from '../options.js'
import { type Column, droppedLines, tableLines } from '../table.js'
import { wrap } from '../width.js'
import { gridText, signedCarbon } from './figures.js'

/** How a ranking is shown. */
export interface TerminalRegionsOptions extends TerminalOptions {
  /** How many regions to show. Default: all of them. */
  readonly most?: number
}

const VERDICTS = { same: 'same', lower: 'less', higher: 'more', undecided: 'open' } as const

const columnsOf = ({ ran, regions }: RegionRanking): readonly Column[] => [
  { title: '#', align: 'right' },
  { title: 'region', align: 'left' },
  { title: carbonScale(...regions.map(({ carbon_g }) => carbon_g.value)).unit, align: 'decimal' },
  { title: '90 % interval', align: 'left' },
  { title: 'to first', align: 'left' },
  ...(ran ? [{ title: 'to the run', align: 'left' } as const] : []),
  { title: 'g/kWh', align: 'right' },
  { title: 'PUE', align: 'right' },
  { title: 'place', align: 'left' },
]

const rowOf =
  ({ regions, ran }: RegionRanking) =>
  (region: RankedRegion): readonly string[] => {
    const { carbon_g, grid, own_figure, saving } = region
    const { value, low, high } = formatQuantity(
      carbon_g,
      carbonScale(...regions.map(other => other.carbon_g.value)),
    )
    return [
      String(region.rank),
      region.cloud,
      value,
      `${low} – ${high}`,
      VERDICTS[region.to_best.verdict],
      ...(ran ? [saving ? `${signedCarbon(-saving.carbon_g)}, ${VERDICTS[saving.ratio.verdict]}` : ''] : []),
      `${formatSignificant(grid.g_per_kwh.value, 3)}${own_figure ? ' ' : '*'}`,
      String(region.pue.value),
      `${region.place}, ${region.country}`,
    ]
  }

const notesOn = ({ basis, regions, left_out }: RegionRanking, hidden: number): readonly string[] => [
  ...(hidden > 0 ? [`${hidden} more regions are not shown.`] : []),
  'less, more: by grid and PUE the two differ beyond their 90 % intervals; open: the data do not tell them apart.',
  ...(regions.some(({ own_figure }) => !own_figure)
    ? [`* average of the country: the region's own figure is not a ${basis} one.`]
    : []),
  ...(left_out.length > 0
    ? [`Left out, for want of a ${basis} figure: ${left_out.map(({ cloud }) => cloud).join(', ')}.`]
    : []),
]

/**
 * A ranking of cloud regions for a terminal.
 *
 * @example
 * console.log(renderTerminalRegions(rankRegions({ cloud: 'aws' }), { most: 10 }))
 */
export const renderTerminalRegions = (
  ranking: RegionRanking,
  options: TerminalRegionsOptions = {},
): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const { basis, regions, ran, reason, energy_kwh } = ranking
  const shown = regions.slice(0, options.most)
  const { header, body, dropped } = tableLines(columnsOf(ranking), shown.map(rowOf(ranking)), width)
  const title = `Operational carbon of ${figureText(formatEnergy(energy_kwh))} by cloud region, ${basis} intensities`
  return [
    style.strong(title),
    ...(ran
      ? wrap(`The run was at ${gridText(ran.grid)}; PUE ${formatSignificant(ran.pue.value, 3)}.`, width)
      : []),
    ...(reason ? wrap(`Not compared with the run: ${reason}.`, width).map(style.loud) : []),
    '',
    style.faint(header),
    ...body,
    '',
    ...[
      ...droppedLines(dropped, width),
      ...notesOn(ranking, regions.length - shown.length).flatMap(note => wrap(note, width)),
    ].map(style.faint),
    '',
  ].join('\n')
}
