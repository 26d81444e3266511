import { describe, expect, it } from 'vitest'
import { appendTable, parseTable, splitTable, withLoggedTable } from './table.js'

describe('a table', () => {
  it('is made of rows, whose gaps are null', () => {
    expect(
      splitTable([
        { a: 1, b: 'x' },
        { a: 2, c: true },
      ]),
    ).toEqual({
      columns: ['a', 'b', 'c'],
      data: [
        [1, 'x', null],
        [2, null, true],
      ],
    })
    expect(splitTable([])).toEqual({ columns: [], data: [] })
  })

  it('is made of columns of one length', () => {
    expect(splitTable({ a: [1, 2], b: ['x', 'y'] })).toEqual({
      columns: ['a', 'b'],
      data: [
        [1, 'x'],
        [2, 'y'],
      ],
    })
    expect(() => splitTable({ a: [1], b: [1, 2] })).toThrow('differ in length (1, 2)')
  })

  it('grows by rows, and by columns where it must', () => {
    const first = { columns: ['a', 'b'], data: [[1, 2]] }
    const second = { columns: ['b', 'c'], data: [[3, 4]] }
    expect(appendTable(first, second)).toEqual({
      columns: ['a', 'b', 'c'],
      data: [
        [1, 2, null],
        [null, 3, 4],
      ],
    })
  })

  it('is recognised', () => {
    expect(parseTable('{"columns":["a"],"data":[[1]]}')).toEqual({ columns: ['a'], data: [[1]] })
    expect(parseTable('{"a":1}')).toBeUndefined()
    expect(parseTable('not JSON')).toBeUndefined()
  })

  it('is added to the tag that lists tables, once', () => {
    const one = withLoggedTable(undefined, 'a.json')
    expect(one).toBe('[{"path":"a.json","type":"table"}]')
    expect(withLoggedTable(one, 'a.json')).toBeUndefined()
    expect(JSON.parse(withLoggedTable(one, 'b.json') ?? '')).toHaveLength(2)
    expect(withLoggedTable('broken', 'a.json')).toBe(one)
  })
})
