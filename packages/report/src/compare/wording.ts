import { formatSignificant } from '../format/number.js'
import type { RunComparison } from './compare-runs.js'
import type { Standing } from './standing.js'
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

/** `dominated, repeat` */
export const standingText = ({ standing, repeats }: Standing): string =>
  [
    ...(standing === undefined ? [] : [standing === 'front' ? 'best trade' : 'dominated']),
    ...(repeats === undefined ? [] : ['repeat']),
  ].join(', ')

/** What the words of `standingText` mean, where they are used. */
export const standingNotes = ({ runs, metric, better, at }: RunComparison): readonly string[] => {
  const has = (standing: Standing['standing']) => runs.some(run => run.standing === standing)
  return [
    ...(at === undefined
      ? []
      : [
          `All runs are put on the grid of ${at}; energy and PUE are as recorded. The error of that grid is common to them, so that energy tells runs apart better than carbon.`,
        ]),
    ...(has('front')
      ? [
          `Best trade: by best guesses no other run has ${metric} as good (${better} is better) for less energy.`,
        ]
      : []),
    ...(has('dominated')
      ? [`Dominated: another run has ${metric} at least as good and surely less energy.`]
      : []),
    ...(metric !== undefined && better === undefined
      ? [`Which way ${metric} is better is not plain from its name, so that no trade is told.`]
      : []),
    ...(runs.some(({ repeats }) => repeats !== undefined)
      ? ['Repeat: project, parameters and tags are those of an earlier run that finished.']
      : []),
  ]
}
