import type { Quantity, RunRecord, SensorRecord } from '@epochwatt/core'
import { advise } from '../advice/advise.js'
import { equivalentAmount, equivalentSource } from '../format/equivalent.js'
import { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatShare } from '../format/number.js'
import { carbonScale } from '../format/scale.js'
import { formatDuration } from '../format/time.js'
import { type HeadlineFigure, headlineCarbon, headlineEnergy } from '../reading/headline.js'
import { type Notice, notices } from '../reading/notices.js'
import { pictured } from '../reading/pictured.js'
import { provenance } from '../reading/provenance.js'
import { STATUS_TEXT, TIER_MARK } from '../reading/wording.js'
import { adviceLines } from './advice.js'
import { type Paint, paint } from './ansi.js'
import { epochTable } from './epoch-table.js'
import { footprintLines } from './footprint.js'
import { headed, LABEL_WIDTH, labelled } from './labelled.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { pad, wrap } from './width.js'

const headline = (
  label: string,
  { quantity, reason }: HeadlineFigure,
  format: (quantity: Quantity) => Figure,
  detail: string,
  width: number,
  style: Paint,
): readonly string[] => {
  if (!quantity) return labelled(label, `unknown: ${reason}`, width, style)
  const figure = format(quantity)
  const interval = intervalText(figure)
  const value = figureText(figure)
  const text = `${pad(value, 12, 'left')}  ${interval ? `90 % interval ${interval}  ` : ''}${TIER_MARK[quantity.tier]} ${quantity.tier}${detail}`
  // The value stands at the start of the first line: it is made strong after wrapping, which counts characters.
  return labelled(label, text, width, style).map((line, i) =>
    i === 0 ? line.replace(value, style.strong(value)) : line,
  )
}

/** What the carbon figure is made of, in its own unit. */
const carbonDetail = ({ carbon }: RunRecord): string => {
  const { operational_g, embodied_g, total_g } = carbon
  if (!operational_g || !embodied_g || !total_g) {
    return carbon.reason ? `, operational only: ${carbon.reason}` : ', operational only'
  }
  const scale = carbonScale(total_g.value)
  return `, operational ${formatCarbon(operational_g, scale).value} + embodied ${formatCarbon(embodied_g, scale).value}`
}

const headlines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const share = record.energy.measured_share
  const measured = share === undefined ? '' : `, ${formatShare(share)} from instruments`
  return [
    ...headline('Energy', headlineEnergy(record), formatEnergy, measured, width, style),
    ...headline('Carbon', headlineCarbon(record), formatCarbon, carbonDetail(record), width, style),
  ]
}

const equivalentLines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const { quantity } = headlineCarbon(record)
  if (!quantity || quantity.value <= 0) return []
  const shown = pictured(quantity.value)
  const widest = Math.max(LABEL_WIDTH, ...shown.map(equivalent => equivalentAmount(equivalent).length + 2))
  return shown.flatMap(equivalent =>
    labelled(
      equivalentAmount(equivalent),
      `${equivalent.description} (${equivalentSource(equivalent)})`,
      width,
      style,
      widest,
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
 * const record = await tracker.stop()
 * if (record) console.log(renderTerminalSummary(record, { color: process.stdout.isTTY }))
 */
export const renderTerminalSummary = (record: RunRecord, options: TerminalOptions = {}): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const status = `${STATUS_TEXT[record.status]}, ${formatDuration(record.duration_s)}`
  return [
    `${style.strong(printable(record.name))}  ${record.status === 'finished' ? status : style.loud(status)}`,
    style.faint(`project ${printable(record.project)}, run ${printable(record.id)}`),
    '',
    ...epochTable(record, width, style),
    '',
    ...headlines(record, width, style),
    ...footprintLines(record, width, style),
    ...headed('About as much as', equivalentLines(record, width, style), style),
    ...headed('What would have saved most', adviceLines(advise([record]), width, style), style),
    ...headed('Where this comes from', provenanceLines(record, width, style), style),
    ...notices(record).flatMap(notice => ['', ...noticeLines(notice, width, style)]),
    '',
  ].join('\n')
}
