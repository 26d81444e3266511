/** `undefined` is unknown: an empty field, never a 0. */
export type CsvField = string | number | boolean | undefined

/** A text that a spreadsheet would take for a formula is marked as text, since names come from anywhere. */
const FORMULA = /^[=+\-@\t\r]/

const cell = (field: CsvField): string => {
  if (field === undefined) return ''
  if (typeof field !== 'string') return String(field)
  const text = FORMULA.test(field) ? `'${field}` : field
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
export const csvLine = (row: readonly CsvField[]): string => {
  // By hand: thousands of rows of dozens of fields are most of what a long table costs.
  let line = ''
  for (let i = 0; i < row.length; i++) line += i === 0 ? cell(row[i]) : `,${cell(row[i])}`
  return `${line}\r\n`
}
