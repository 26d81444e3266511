import type { Aggregate, AggregateRow, AggregateSum } from '../aggregate/aggregate-runs.js'
import { formatQuantity, intervalText } from '../format/figure.js'
import { formatShare, formatSignificant } from '../format/number.js'
import { carbonScale, energyScale, type Scale } from '../format/scale.js'
import { TIER_MARK } from '../reading/wording.js'
import { paint } from './ansi.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { type Column, droppedLines, tableLines } from './table.js'
import { truncate, wrap } from './width.js'

const LONGEST = 28

const shown = (sum: AggregateSum | undefined, scale: Scale) =>
  sum && formatQuantity({ ...sum, unit: '', method: '' }, scale)

/**
 * A roll-up for a terminal, a line a group and one for all together.
 *
 * @example
 * console.log(renderTerminalAggregate(aggregateRuns(records, ['project'])))
 */
export const renderTerminalAggregate = (aggregate: Aggregate, options: TerminalOptions = {}): string => {
  const { by, rows, total } = aggregate
  if (rows.length === 0) return 'No runs to add up.\n'
  const width = widthOf(options)
  const { faint, strong } = paint(options.color ?? false)
  const energy = energyScale(total.energy_kwh?.value)
  const carbon = carbonScale(
    total.operational_g?.value,
    ...rows.map(({ operational_g }) => operational_g?.value),
  )
  const columns: readonly Column[] = [
    ...by.map((title): Column => ({ title: printable(title), align: 'left' })),
    { title: 'runs', align: 'right' },
    { title: 'hours', align: 'right' },
    { title: `energy ${energy.unit}`, align: 'decimal' },
    { title: '90 % interval', align: 'right' },
    { title: '', align: 'left' },
    { title: carbon.unit, align: 'decimal' },
    { title: 'in vain', align: 'right' },
    { title: 'not finished', align: 'right' },
    { title: 'unknown', align: 'right' },
  ]
  const cells = (row: AggregateRow, group: readonly string[]): readonly string[] => {
    const figure = shown(row.energy_kwh, energy)
    const failed = row.energy_kwh && row.energy_kwh.value > 0 ? row.failed_kwh / row.energy_kwh.value : 0
    return [
      ...group,
      String(row.runs),
      formatSignificant(row.duration_h, 3),
      figure?.value ?? 'unknown',
      (figure && intervalText(figure)) ?? '',
      row.energy_kwh ? TIER_MARK[row.energy_kwh.tier] : '',
      row.operational_g ? shown(row.operational_g, carbon)!.value : row.carbon_reason ? 'mixed' : 'unknown',
      failed > 0 ? formatShare(failed) : '',
      row.runs > row.finished_runs ? String(row.runs - row.finished_runs) : '',
      row.unknown_runs > 0 ? String(row.unknown_runs) : '',
    ]
  }
  const groups = rows.map(row =>
    cells(
      row,
      row.group.map(value => (value === null ? '–' : truncate(printable(value), LONGEST))),
    ),
  )
  const all = cells(
    total,
    by.map((_, i) => (i === 0 ? 'all' : '')),
  )
  const { header, body, dropped } = tableLines(columns, [...groups, all], width)
  const reason = [total, ...rows].find(({ carbon_reason }) => carbon_reason !== undefined)?.carbon_reason
  return [
    faint(header),
    ...body.slice(0, -1),
    strong(body.at(-1) ?? ''),
    ...droppedLines(dropped, width).map(faint),
    ...(reason === undefined ? [] : wrap(`Mixed: ${reason}.`, width).map(faint)),
    ...wrap(
      'Carbon is operational. Bounds of runs are added up. In vain: energy of runs that failed or were killed.',
      width,
    ).map(faint),
    '',
  ].join('\n')
}
