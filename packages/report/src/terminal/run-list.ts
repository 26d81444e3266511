import type { RunRecord } from '@epochwatt/core'
import { figureText, formatCarbon, formatEnergy } from '../format/figure.js'
import { formatDuration, formatInstant } from '../format/time.js'
import { headlineCarbon } from '../reading/headline.js'
import { asDigest, type RunDigest } from '../reading/run-digest.js'
import { TIER_MARK } from '../reading/wording.js'
import { paint } from './ansi.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { tableLines } from './table.js'
import { truncate, wrap } from './width.js'

const LONGEST_NAME = 28
const LONGEST_PROJECT = 20

/**
 * Runs for a terminal, one line each, in the order given.
 *
 * @example
 * console.log(renderTerminalRunList(openStore().list().records))
 */
export const renderTerminalRunList = (
  runs: readonly (RunRecord | RunDigest)[],
  options: TerminalOptions = {},
): string => {
  const records = runs.map(asDigest)
  if (records.length === 0) return 'No finished runs.\n'
  const width = widthOf(options)
  const { faint } = paint(options.color ?? false)
  const { header, body } = tableLines(
    [
      { title: 'id', align: 'left' },
      { title: 'name', align: 'left' },
      { title: '', align: 'left' },
      { title: 'energy', align: 'right' },
      { title: 'carbon', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'duration', align: 'right' },
      { title: 'status', align: 'left' },
      { title: 'project', align: 'left' },
      { title: 'began', align: 'left' },
    ],
    records.map(record => {
      const energy = record.energy.total_kwh
      const carbon = headlineCarbon(record).quantity
      return [
        printable(record.id),
        truncate(printable(record.name), LONGEST_NAME),
        energy ? TIER_MARK[energy.tier] : '',
        energy ? figureText(formatEnergy(energy)) : 'unknown',
        carbon ? `${figureText(formatCarbon(carbon))}${record.grid.fallback ? ' !' : ''}` : 'unknown',
        String(record.epochs.count),
        formatDuration(record.duration_s),
        record.status,
        truncate(printable(record.project), LONGEST_PROJECT),
        formatInstant(record.started_at),
      ]
    }),
    width,
  )
  const legend = records.some(record => record.grid.fallback)
    ? ['', ...wrap('! the place is unknown: carbon is an order of magnitude at best', width).map(faint)]
    : []
  return [faint(header), ...body, ...legend, ''].join('\n')
}
