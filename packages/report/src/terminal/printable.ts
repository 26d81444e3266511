/**
 * Text of a record made safe for a terminal: a run name may hold escape sequences that move the cursor or rewrite
 * what was printed, line breaks that forge a line of ours, or controls that reverse the direction of writing.
 *
 * @example
 * ```ts
 * console.log(printable(openStore().read('latest').name))
 * ```
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, '�')
