import type { RunRecord } from '@epochwatt/core'
import { figureText, intervalText } from '../format/figure.js'
import {
  embodiedLines,
  type FootprintLine,
  lossLines,
  notCounted,
  outsideTotalLines,
  splitLines,
  wasteLines,
} from '../reading/footprint-lines.js'
import { TIER_MARK } from '../reading/wording.js'
import type { Paint } from './ansi.js'
import { headed, labelled } from './labelled.js'
import { wrap } from './width.js'

const LABEL = 26

const lineText = ({ figure, quantity, how }: FootprintLine): string => {
  if (!figure || !quantity) return how
  const interval = intervalText(figure)
  return [
    figureText(figure),
    ...(interval ? [`(${interval})`] : []),
    `${TIER_MARK[quantity.tier]} ${how}`,
  ].join('  ')
}

const linesOf = (lines: readonly FootprintLine[], width: number, style: Paint): readonly string[] =>
  lines.flatMap(line => labelled(line.label, lineText(line), width, style, LABEL))

/** The footprint line by line: what the totals are made of, what stands beside them, and what served nothing. */
export const footprintLines = (record: RunRecord, width: number, style: Paint): readonly string[] => {
  const missing = notCounted(record)
  return [
    ...headed(
      'What it is made of',
      linesOf([...splitLines(record), ...lossLines(record), ...embodiedLines(record)], width, style),
      style,
    ),
    ...headed('Beside it, in no total', linesOf(outsideTotalLines(record), width, style), style),
    ...headed('Of it for nothing', linesOf(wasteLines(record), width, style), style),
    ...(missing ? ['', ...wrap(missing, width).map(style.faint)] : []),
  ]
}
