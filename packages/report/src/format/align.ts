/** Characters as wide as a decimal point and as a digit, to stand where those are missing. */
export interface Blank {
  readonly point: string
  readonly digit: string
}

export const TERMINAL_BLANK: Blank = { point: ' ', digit: ' ' }

/** Punctuation space and figure space: as wide as a point and a digit of the same typeface. */
export const TYPESET_BLANK: Blank = { point: '\u2008', digit: '\u2007' }

const NUMBER = /^\d+(?:\.(\d+))?$/

/**
 * Fills numbers up on their right so that, set flush right below each other, their decimal points line up. Each
 * keeps the digits that its own interval supports. Cells that are no plain number are left alone.
 */
export const alignDecimals = (cells: readonly string[], blank: Blank): readonly string[] => {
  const fractions = cells.map(cell => NUMBER.exec(cell)?.[1]?.length ?? 0)
  const longest = Math.max(0, ...fractions)
  return cells.map((cell, i) => {
    if (!NUMBER.test(cell)) return cell
    const fraction = fractions[i]!
    const point = fraction === 0 && longest > 0 ? blank.point : ''
    return cell + point + blank.digit.repeat(longest - fraction)
  })
}
