/** One record of a CSV file, with the line of the file on which it starts, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/** All other signs are what a cell says. */
const SPECIAL: ReadonlySet<string> = new Set(['"', ',', '\n', '\r'])

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
  // Whole stretches at once: a text of a megabyte, put together sign by sign, is a million texts for a while.
  let from = 0
  const takeUntil = (to: number): void => {
    if (to > from) cell += text.slice(from, to)
  }
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
    if (!SPECIAL.has(char)) continue
    takeUntil(i)
    from = i + 1
    const isBreak = char === '\n' || (char === '\r' && text[i + 1] !== '\n')
    if (isBreak) line++
    if (isQuoted) {
      if (char !== '"') from = i
      else if (text[i + 1] === '"') from = ++i
      else isQuoted = false
    } else if (char === '"') {
      if (cell === '') isQuoted = true
      else from = i
    } else if (char === ',') endCell()
    else if (isBreak) {
      endRecord()
      start = line
    }
  }
  takeUntil(text.length)
  if (cell !== '' || cells.length > 0) endRecord()
  return records
}
