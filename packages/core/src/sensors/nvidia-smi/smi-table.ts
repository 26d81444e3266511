/** One value of nvidia-smi's CSV; `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like are NaN. */
export const smiNumber = (field: string | undefined): number =>
  field !== undefined && /^\d{1,15}(\.\d+)?$/.test(field) ? Number(field) : Number.NaN

/** Rows of `--format=csv,noheader,nounits`. Rows of another width are left out: the beginning or end of one is lost. */
export const smiRows = (lines: readonly string[], width: number): string[][] =>
  lines.map(line => line.split(', ').map(field => field.trim())).filter(row => row.length === width)

/** Arguments for a table of these columns. */
export const smiQuery = (columns: readonly string[]): string[] => [
  `--query-gpu=${columns.join(',')}`,
  '--format=csv,noheader,nounits',
]
