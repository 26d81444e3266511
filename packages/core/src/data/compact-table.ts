/**
 * Reader of a generated table: rows by line, fields by `|`. The rows are made at the first call, so that a table that
 * nobody asks for costs no more than its text.
 */
export const lazyTable = <Row>(
  text: string,
  rowOf: (fields: readonly string[]) => Row,
): (() => readonly Row[]) => {
  let rows: readonly Row[] | undefined
  return () => {
    rows ??= text.split('\n').map(line => rowOf(line.split('|')))
    return rows
  }
}

/** An empty field is unknown, never 0. */
export const optionalNumber = (field: string | undefined): number | undefined =>
  field === undefined || field === '' ? undefined : Number(field)
