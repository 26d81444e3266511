import { latexText } from './latex-text.js'
import type { Statement } from './statement.js'

const tableRow = (cells: readonly string[]): string => `${cells.map(latexText).join(' & ')} \\\\`

/** Paragraphs and a table, to be taken into a paper by `\input`. No package is needed. */
export const latexOf = ({ paragraphs, columns, rows }: Statement): string =>
  [
    ...paragraphs.flatMap(paragraph => [latexText(paragraph), '']),
    '\\begin{table}[ht]',
    '\\centering',
    '\\caption{Energy use and carbon emissions}',
    '\\label{tab:epochwatt}',
    '\\smallskip',
    `\\begin{tabular}{l${'r'.repeat(columns.length - 1)}}`,
    '\\hline',
    tableRow(columns),
    '\\hline',
    ...rows.map(tableRow),
    '\\hline',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
