import type { Paint } from './ansi.js'
import { printable } from './printable.js'
import { pad, wrap } from './width.js'

export const LABEL_WIDTH = 14

/** A label and its text, wrapped with a hanging indent. */
export const labelled = (
  label: string,
  text: string,
  width: number,
  { faint }: Paint,
  labelWidth: number = LABEL_WIDTH,
): readonly string[] =>
  wrap(printable(text), Math.max(20, width - labelWidth)).map(
    (line, i) => faint(pad(i === 0 ? label : '', labelWidth, 'left')) + line,
  )

/** Lines under a heading, or nothing without lines. */
export const headed = (title: string, lines: readonly string[], { strong }: Paint): readonly string[] =>
  lines.length > 0 ? ['', strong(title), ...lines] : []
