import type { Statement } from './statement.js'

/** Parentheses, signs and `&` of our own sentences need no escape in running text; what may open markup does. */
const OPENING = /[\\`*_[\]<>|~$]|&(?=[#\w]+;)|^(?:#{1,6}(?=\s)|[-+](?=\s)|\d+(?=[.)]\s))/g

const running = (text: string): string => text.replace(OPENING, '\\$&')

const tableRow = (cells: readonly string[]): string => `| ${cells.map(running).join(' | ')} |`

/** A methods paragraph or four, and a table. */
export const markdownOf = ({ paragraphs, columns, rows }: Statement): string =>
  [
    '## Energy use and carbon emissions',
    '',
    ...paragraphs.flatMap(paragraph => [running(paragraph), '']),
    tableRow(columns),
    `| :-- ${columns
      .slice(1)
      .map(() => '| --: ')
      .join('')}|`,
    ...rows.map(tableRow),
    '',
  ].join('\n')
