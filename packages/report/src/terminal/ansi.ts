/** How a piece of terminal text is meant; without colour all of them leave the text as it is. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly loud: (text: string) => string
  readonly good: (text: string) => string
}

const sgr =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`

const plain = (text: string): string => text

/** Escape sequences only when asked for: the caller knows whether a terminal is listening and what NO_COLOR says. */
export const paint = (color: boolean): Paint =>
  color
    ? { strong: sgr(1, 22), faint: sgr(2, 22), loud: sgr(33, 39), good: sgr(32, 39) }
    : { strong: plain, faint: plain, loud: plain, good: plain }
