import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from './html.js'

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

describe('html', () => {
  it('lets no interpolated text become markup, and loses nothing of it', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter(value => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(value))
    fc.assert(
      fc.property(text, value => {
        const { markup } = html`<p title="${value}">${value}</p>`
        const match = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(markup)
        expect(match).not.toBeNull()
        expect(decode(match![1]!)).toBe(value)
        expect(decode(match![2]!)).toBe(value)
      }),
    )
  })

  it('inserts templates as they are, lists one after the other, and nothing for nothing', () => {
    const inner = html`<b>${'&'}</b>`
    expect(html`<p>${inner}${[inner, 'x']}${undefined}${false}${0}</p>`.markup).toBe(
      '<p><b>&amp;</b><b>&amp;</b>x0</p>',
    )
  })

  it('replaces controls that HTML forbids and those that reverse what follows', () => {
    expect(html`${'a\u0000b\u001b[2Jc\td\u202ee'}`.markup).toBe('a\ufffdb\ufffd[2Jc\td\ufffde')
  })
})
