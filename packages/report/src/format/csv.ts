/** `undefined` is unknown: an empty field, never a 0. */
export type CsvField = string | number | boolean | undefined

/** A text that a spreadsheet would take for a formula is marked as text, since names come from anywhere. */
const FORMULA = /^[=+\-@\t\r]/

const cell = (field: CsvField): string => {
  if (field === undefined) return ''
  const text = typeof field === 'string' && FORMULA.test(field) ? `'${field}` : String(field)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A row as a line of CSV (RFC 4180), unknown fields empty.
 *
 * @example
 * ```ts
 * csvLine(['ResNet, large', 1.5, undefined]) // '"ResNet, large",1.5,\r\n'
 * ```
 */
export const csvLine = (row: readonly CsvField[]): string => `${row.map(cell).join(',')}\r\n`
