import { describe, expect, it } from 'vitest'
import { checkedPath, directoryOf, encodePath, fileNameOf, joinPath } from './path.js'

describe('an artifact path', () => {
  it.each(['a', 'a/b.txt', 'ünï çødé/50%.txt', 'a b+c&d=e?.txt', '100% a'])('may be "%s"', path => {
    expect(checkedPath(path)).toBe(path)
  })

  it.each(['', '/a', 'a/', 'a//b', '.', './a', 'a/../b', '..', 'a#b', 'a%41.txt', 'C:\\x', 'C:/x'])(
    'may not be "%s"',
    path => {
      expect(() => checkedPath(path)).toThrow('Nothing was sent')
    },
  )

  it('is encoded segment by segment', () => {
    expect(encodePath('a b/c+d/é?.txt')).toBe('a%20b/c%2Bd/%C3%A9%3F.txt')
  })

  it('is taken apart and put together', () => {
    expect([directoryOf('a/b/c'), directoryOf('c'), fileNameOf('a/b/c'), fileNameOf('c')]).toEqual([
      'a/b',
      '',
      'c',
      'c',
    ])
    expect(joinPath('', 'a', '', 'b')).toBe('a/b')
  })
})
