import { equivalents, type RunRecord, type SensorRecord } from '@epochwatt/core'
import { equivalentAmount, equivalentSource } from '../format/equivalent.js'
import { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatShare } from '../format/number.js'
import { formatDuration } from '../format/time.js'
import { type HeadlineFigure, headlineCarbon, headlineEnergy } from '../reading/headline.js'
import { type Notice, notices } from '../reading/notices.js'
import { provenance } from '../reading/provenance.js'
import { STATUS_TEXT, TIER_MARK } from '../reading/wording.js'
import { type Paint, paint } from './ansi.js'
import { epochTable } from './epoch-table.js'
import { printable } from './printable.js'
import { pad, wrap } from './width.js'

export interface TerminalOptions {
  /** Escape sequences for colour and weight. Off unless asked for. */
  readonly color?: boolean
  /** Columns to stay within, 100 unless given. */
  readonly width?: number
}

const LABEL_WIDTH = 14

/** A label and its text, wrapped with a hanging indent. */
const labelled = (label: string, text: string, width: number, { faint }: Paint): readonly string[] =>
  wrap(printable(text), Math.max(20, width - LABEL_WIDTH)).map(
    (line, i) => faint(pad(i === 0 ? `${label} ` : '', LABEL_WIDTH, 'left')) + line,
  )

const section = (title: string, lines: readonly string[], { strong }: Paint): readonly string[] =>
  lines.length > 0 ? ['', strong(title), ...lines] : []

const headline = (
  label: string,
  { quantity, reason }: HeadlineFigure,
  format: (quantity: NonNullable<HeadlineFigure['quantity']>) => Figure,
  detail: string,
  width: number,
  style: Paint,
): readonly string[] => {
  if (!quantity) return labelled(label, `unknown: ${reason}`, width, style)
  const figure = format(quantity)
  const interval = intervalText(figure)
  return [
    style.faint(pad(label, LABEL_WIDTH, 'left')) +
      style.strong(pad(figureText(figure), 14, 'left')) +
      pad(interval ? `90 % interval ${interval}` : '', 30, 'left') +
      `${TIER_MARK[quantity.tier]} ${quantity.tier}${detail}`,
  ]
}

/** What the carbon figure is made of, in one unit. */
const carbonDetail = ({ carbon }: RunRecord): string => {
  const { operational_g, embodied_g } = carbon
  if (!operational_g || !embodied_g) return carbon.reason ? `, operational only: ${carbon.reason}` : ', operational only'
  return `, operational ${figureText(formatCarbon(operational_g))} and embodied ${figureText(formatCarbon(embodied_g))}`
}

const headlines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const share = record.energy.measured_share
  return [
    ...headline(
      'Energy',
      headlineEnergy(record),
      formatEnergy,
      share === undefined ? '' : `, ${formatShare(share)} from instruments`,
      width,
      style,
    ),
    ...headline('Carbon', headlineCarbon(record), formatCarbon, carbonDetail(record), width, style),
  ]
}

const equivalentLines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const { quantity } = headlineCarbon(record)
  if (!quantity) return []
  return equivalents(quantity.value).flatMap(equivalent =>
    labelled(
      equivalentAmount(equivalent),
      `${equivalent.description} (${equivalentSource(equivalent)})`,
      width,
      style,
    ),
  )
}

const usedSensor = (sensor: SensorRecord): string =>
  [
    `${TIER_MARK[sensor.tier]} ${sensor.id}`,
    ...(sensor.coverage !== undefined && sensor.coverage < 0.9995
      ? [`observed ${formatShare(sensor.coverage)} of the time`]
      : []),
    ...(sensor.method ? [sensor.method] : []),
  ].join(': ')

const provenanceLines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const used = record.sensors.filter(sensor => sensor.state === 'used')
  return [
    ...(used.length === 0 ? labelled('Sensors', 'none', width, style) : []),
    ...used.flatMap((sensor, i) => labelled(i === 0 ? 'Sensors' : '', usedSensor(sensor), width, style)),
    ...provenance(record).flatMap(({ label, text }) => labelled(label, text, width, style)),
  ]
}

const noticeLines = (notice: Notice, width: number, { strong, loud }: Paint): readonly string[] => {
  const mark = notice.level === 'loud' ? '!!' : '! '
  const title = wrap(printable(notice.title), width - 3).map((line, i) => `${i === 0 ? mark : '  '} ${line}`)
  return [
    ...title.map(line => (notice.level === 'loud' ? loud(strong(line)) : loud(line))),
    ...(notice.text ? wrap(printable(notice.text), width - 3).map(line => `   ${line}`) : []),
  ]
}

/**
 * The end of a run for a terminal: epochs, totals with their intervals, equivalents, where each figure came from,
 * and what must be known before trusting them.
 *
 * @example
 * console.log(renderTerminalSummary(await tracker.stop(), { color: process.stdout.isTTY }))
 */
export const renderTerminalSummary = (record: RunRecord, options: TerminalOptions = {}): string => {
  const width = Math.max(40, options.width ?? 100)
  const style = paint(options.color ?? false)
  const status = `${STATUS_TEXT[record.status]}, ${formatDuration(record.duration_s)}`
  return [
    `${style.strong(printable(record.name))}  ${record.status === 'finished' ? status : style.loud(status)}`,
    style.faint(`project ${printable(record.project)}, run ${printable(record.id)}`),
    '',
    ...epochTable(record, width, style),
    '',
    ...headlines(record, width, style),
    ...section('About as much as', equivalentLines(record, width, style), style),
    ...section('Where this comes from', provenanceLines(record, width, style), style),
    ...notices(record).flatMap(notice => ['', ...noticeLines(notice, width, style)]),
    '',
  ].join('\n')
}
