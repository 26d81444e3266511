import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCsv } from './csv.js'

const cellsOf = (text: string) => parseCsv(text).map(({ cells }) => cells)

describe('parseCsv', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    [
      'plain cells',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no last line break',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR LF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR alone',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark',
      '\uFEFFa,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells',
      'a,b,c\n,,\n',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    [
      'empty lines',
      'a,b\n\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'quotes',
      'a,b\n"x, ""y""",z',
      [
        ['a', 'b'],
        ['x, "y"', 'z'],
      ],
    ],
    [
      'line breaks in quotes',
      'a,b\n"x\r\ny",z',
      [
        ['a', 'b'],
        ['x\r\ny', 'z'],
      ],
    ],
    [
      'a quote inside a cell',
      'a,b\n5" disk,z',
      [
        ['a', 'b'],
        ['5" disk', 'z'],
      ],
    ],
    [
      'a quote that is never closed',
      'a,b\n1,"2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_what, text, cells) => {
    expect(cellsOf(text)).toEqual(cells)
  })

  it('knows the lines on which records start', () => {
    expect(parseCsv('a,b\n"x\ny",z\n\n1,2').map(({ line }) => line)).toEqual([1, 2, 5])
  })

  it('gives back what was written', () => {
    const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain(width =>
        fc.array(fc.array(fc.string(), { minLength: width, maxLength: width }), { minLength: 1 }),
      )
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), (rows, end) => {
        const header = rows[0]!.map((_, i) => `column${i}`)
        const text = [header.join(','), ...rows.map(row => row.map(quote).join(','))].join(end)
        expect(cellsOf(text)).toEqual([header, ...rows])
      }),
    )
  })
})
