import type { RunRecord } from '@epochwatt/core'
import type { DifferenceItem, Recomputation } from '@epochwatt/core/planning'
import { formatSignificant } from '../../format/number.js'
import { type Paint, paint } from '../ansi.js'
import { headed, labelled } from '../labelled.js'
import { type TerminalOptions, widthOf } from '../options.js'
import { printable } from '../printable.js'
import { carbonText, gridText, ratioText, signedCarbon } from './figures.js'

const VERDICTS = {
  same: 'Nothing changes.',
  lower: 'Lower: the interval of the ratio does not reach 1.',
  higher: 'Higher: the interval of the ratio does not reach 1.',
  undecided: 'Undecided: the interval of the ratio holds 1, so there may be no difference.',
} as const

const stepText = ({ from, to, unit }: DifferenceItem): string | undefined => {
  if (from === undefined || to === undefined) return undefined
  return from === to
    ? `${formatSignificant(from, 4)} ${unit}`
    : `${formatSignificant(from, 4)} → ${formatSignificant(to, 4)} ${unit}`
}

const itemLines = (item: DifferenceItem, width: number, style: Paint): readonly string[] =>
  labelled(
    item.name,
    [item.carbon_g ? signedCarbon(item.carbon_g) : undefined, stepText(item), item.note]
      .filter(text => text !== undefined)
      .join(', '),
    width,
    style,
  )

const operational = ({ carbon, grid, pue }: RunRecord): string =>
  carbon.operational_g
    ? `${carbonText(carbon.operational_g)}; ${gridText(grid)}; PUE ${formatSignificant(pue.value, 3)}`
    : `unknown: ${carbon.reason ?? 'not in the record'}`

/**
 * What other assumptions make of a run, for a terminal.
 *
 * @param before The record as it is.
 * @example
 * console.log(renderTerminalRecomputation(record, recompute(record, { country: 'SE' })))
 */
export const renderTerminalRecomputation = (
  before: RunRecord,
  { record, difference }: Recomputation,
  options: TerminalOptions = {},
): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const { items, operational_g, ratio, caution } = difference
  return [
    `${style.strong(printable(before.name))}  operational carbon under other assumptions`,
    style.faint(`project ${printable(before.project)}, run ${printable(before.id)}`),
    '',
    ...labelled('As recorded', operational(before), width, style),
    ...labelled('Recomputed', operational(record), width, style),
    ...(operational_g === undefined
      ? []
      : labelled(
          'Difference',
          `${signedCarbon(operational_g)}${ratio ? `, ${ratioText(ratio)}. ${VERDICTS[ratio.verdict]}` : ''}`,
          width,
          style,
        )),
    ...headed(
      'What it is made of',
      items.flatMap(item => itemLines(item, width, style)),
      style,
    ),
    ...(caution ? ['', ...labelled('Caution', caution, width, style).map(style.loud)] : []),
    '',
  ].join('\n')
}
