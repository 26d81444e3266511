import type { PlannedWork, StartPlan } from '@epochwatt/core/planning'
import { formatSignificant } from '../../format/number.js'
import { paint } from '../ansi.js'
import { headed, labelled } from '../labelled.js'
import { type TerminalOptions, widthOf } from '../options.js'
import { carbonText, ratioText, signedCarbon } from './figures.js'

const VERDICTS = {
  same: 'Begin now: no other start is better.',
  lower: 'Lower: the interval of the ratio does not reach 1.',
  higher: 'Higher: the interval of the ratio does not reach 1.',
  undecided: 'Undecided: the forecast may be off by more than the two differ.',
} as const

/** `Mon 5 Jan 02:00` in the reader's own time, which is what a start is planned in. */
const localTime = (iso: string, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
    .format(new Date(iso))
    .replaceAll(',', '')

/** `in 6 h 30 min`, from one instant to another. */
const later = (from: string, to: string): string => {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' ')
}

/** How a plan is shown. */
export interface TerminalStartOptions extends TerminalOptions {
  /** Default: that of the machine. */
  readonly timeZone?: string
}

/**
 * The best time to begin work, for a terminal.
 *
 * @example
 * console.log(renderTerminalStart(bestStart({ course, hours: 3 })))
 */
export const renderTerminalStart = (plan: StartPlan, options: TerminalStartOptions = {}): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const { forecast, best, soonest, saving, pieces, cautions, hours, compared } = plan
  const time = (iso: string): string => localTime(iso, options.timeZone)
  const workText = ({ start, end, g_per_kwh, carbon_g }: PlannedWork): string =>
    [
      `${time(start)} to ${time(end)}`,
      `${formatSignificant(g_per_kwh.value, 3)} gCO₂e/kWh (${formatSignificant(g_per_kwh.low, 3)} – ${formatSignificant(g_per_kwh.high, 3)})`,
      ...(carbon_g ? [carbonText(carbon_g)] : []),
    ].join('; ')
  const wait = best.start === soonest.start && !pieces ? '' : `, ${later(soonest.start, best.start)} later`
  const change = saving.carbon_g ? `${signedCarbon(-saving.carbon_g)}, ` : ''
  const { zone, source, basis, kind, until } = forecast
  return [
    style.strong(`Best start for ${formatSignificant(hours, 3)} h of work in ${zone}`),
    '',
    ...labelled('Best', `${workText(best)}${wait}`, width, style),
    ...labelled('Soonest', workText(soonest), width, style),
    ...(saving.ratio
      ? labelled(
          'Difference',
          `${change}${ratioText(saving.ratio)}. ${VERDICTS[saving.ratio.verdict]}`,
          width,
          style,
        )
      : []),
    ...(pieces
      ? headed(
          'Hours of work',
          pieces.flatMap((piece, index) => labelled(String(index + 1), workText(piece), width, style, 4)),
          style,
        )
      : []),
    '',
    ...labelled(
      'Forecast',
      `${source}, ${[...(basis === 'unknown' ? [] : [basis]), kind].join(', ')}, until ${time(until)}; ${compared} starts compared`,
      width,
      style,
    ),
    ...cautions.flatMap(caution => labelled('Caution', caution, width, style).map(style.loud)),
    '',
  ].join('\n')
}
