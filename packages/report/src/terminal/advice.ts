import type { Advice } from '../advice/advise.js'
import type { Finding } from '../advice/finding.js'
import { savingText } from '../advice/wording.js'
import { type Paint, paint } from './ansi.js'
import { labelled } from './labelled.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { wrap } from './width.js'

/** What fits at the end of a summary. */
const FEW = 3

/** The first findings in short, for where they are not the subject. */
export const adviceLines = ({ findings }: Advice, width: number, style: Paint): readonly string[] => [
  ...findings
    .slice(0, FEW)
    .flatMap(({ title, saving }) => labelled('', `${title}: ${savingText(saving)}`, width, style, 0)),
  ...(findings.length > 0
    ? wrap('`epochwatt advise` says how each was computed.', width).map(style.faint)
    : []),
]

const INDENT = 3

const findingLines = (finding: Finding, i: number, width: number, style: Paint): readonly string[] => {
  const { title, text, how, link, saving } = finding
  const indented = (content: string) =>
    wrap(printable(content), width - INDENT).map(line => `${' '.repeat(INDENT)}${line}`)
  const [first, ...rest] = indented(title)
  return [
    '',
    ...[first!.replace(/^ {3}/, `${i + 1}. `.padEnd(INDENT)), ...rest].map(style.strong),
    ...indented(`Saves ${savingText(saving)}`).map(style.good),
    ...indented(text),
    ...indented(how).map(style.faint),
    ...indented(link).map(style.faint),
  ]
}

/**
 * Advice for a terminal, the most important first.
 *
 * @example
 * console.log(renderTerminalAdvice(advise(openStore().list().records)))
 */
export const renderTerminalAdvice = (advice: Advice, options: TerminalOptions = {}): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const { findings, caution, runs } = advice
  if (findings.length === 0) {
    const what = runs === 1 ? 'The record of this run does' : `The records of these ${runs} runs do`
    return `${wrap(`${what} not say what would have saved carbon.`, width).join('\n')}\n`
  }
  return [
    style.strong(`What would have saved most, of ${runs === 1 ? 'this run' : `${runs} runs`}`),
    ...findings.flatMap((finding, i) => findingLines(finding, i, width, style)),
    '',
    ...wrap('Savings are operational carbon. They overlap and do not add up.', width).map(style.faint),
    ...(caution === undefined ? [] : wrap(printable(caution), width).map(style.loud)),
    '',
  ].join('\n')
}
