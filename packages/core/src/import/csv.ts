/** One record of a CSV file, with the line of the file on which it starts, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * Records of a CSV text by RFC 4180: quoted cells may hold commas, line breaks and doubled quotes. Lines may end in
 * LF, CR LF or CR; a byte order mark and empty lines are skipped. A quote that is never closed ends with the text.
 */
export const parseCsv = (source: string): readonly CsvRecord[] => {
  const text = source.replace(/^\uFEFF/, '')
  const records: CsvRecord[] = []
  let cells: string[] = []
  let cell = ''
  let isQuoted = false
  let line = 1
  let start = 1
  const endCell = (): void => {
    cells.push(cell)
    cell = ''
  }
  const endRecord = (): void => {
    endCell()
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells })
    cells = []
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    const isBreak = char === '\n' || (char === '\r' && text[i + 1] !== '\n')
    if (isBreak) line++
    if (isQuoted) {
      if (char !== '"') cell += char
      else if (text[i + 1] === '"') cell += text[++i]
      else isQuoted = false
    } else if (char === '"' && cell === '') isQuoted = true
    else if (char === ',') endCell()
    else if (isBreak) {
      endRecord()
      start = line
    } else if (char !== '\r') cell += char
  }
  if (cell !== '' || cells.length > 0) endRecord()
  return records
}
