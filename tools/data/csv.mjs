import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One fault of one cell, or of a row or file as a whole, in the words of the person who must mend it. */
export const problem = (file, line, column, value, what) =>
  `${file}: row ${line}, column ${column}, value ${JSON.stringify(value)}: ${what}`

/** Cells of a CSV text by RFC 4180, each record with the line of the file on which it starts. */
const parseCsv = text => {
  const records = []
  let cells = []
  let cell = ''
  let quoted = false
  let line = 1
  let start = 1
  const endCell = () => {
    cells.push(cell)
    cell = ''
  }
  const endRecord = () => {
    endCell()
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells })
    cells = []
    start = line
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '\n') line++
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[i + 1] === '"') cell += text[++i]
      else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === ',') endCell()
    else if (char === '\n') endRecord()
    else if (char !== '\r') cell += char
  }
  if (cell !== '' || cells.length > 0) endRecord()
  return records
}

/**
 * Rows of a file as objects by column name, `line` included. Invisible format characters (a zero-width space came
 * with a copied product list) are dropped and ends trimmed, since they would make equal names differ.
 */
export const readCsv = (folder, file, columns, problems) => {
  let text
  try {
    text = readFileSync(join(folder, file), 'utf8')
  } catch (error) {
    problems.push(`${file}: cannot be read: ${error.message}`)
    return []
  }
  const [header, ...records] = parseCsv(text)
  const names = header?.cells ?? []
  const missing = columns.filter(column => !names.includes(column))
  if (missing.length > 0) {
    problems.push(`${file}: row 1 lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`)
    return []
  }
  const rows = []
  for (const { line, cells } of records) {
    if (cells.length !== names.length) {
      problems.push(`${file}: row ${line} has ${cells.length} cells where the header has ${names.length}`)
      continue
    }
    const row = { line }
    for (const [i, name] of names.entries()) row[name] = cells[i].replace(/\p{Cf}/gu, '').trim()
    rows.push(row)
  }
  return rows
}
