import { formatSignificant } from '../format/number.js'
import type { Outcome, Verdict } from './verdict.js'

export const OUTCOME_TEXT: Record<Outcome, string> = {
  less: 'less',
  more: 'more',
  open: 'not told apart',
  'not-comparable': 'not comparable',
  unknown: 'unknown',
}

/** `× 0.82 (0.74 – 0.91)`, or nothing where there is no ratio. */
export const ratioText = ({ ratio }: Verdict): string =>
  ratio
    ? `× ${formatSignificant(ratio.value, 2)} (${formatSignificant(ratio.low, 2)} – ${formatSignificant(ratio.high, 2)})`
    : ''
