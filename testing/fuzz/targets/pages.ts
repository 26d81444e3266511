// Names that a user, a script or somebody else's record brings: shown as they are, and nothing more.
import { recordSaying } from '../../../packages/report/src/fixtures/hostile.js'
import {
  compareRuns,
  disclose,
  renderHtmlComparison,
  renderHtmlReport,
  renderTerminalComparison,
  renderTerminalSummary,
} from '../../../packages/report/src/index.js'
import type { FuzzTarget } from '../fuzz-target.js'

const must = (condition: boolean, rule: string): void => {
  if (!condition) throw new Error(rule)
}

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u001b]0;owned\u0007\u001b[2J',
  '\\input{/etc/passwd}\\write18{id}',
  '[a](javascript:alert(1)) ![b](http://x) | | `code` $x$',
  '=HYPERLINK("http://x")',
]

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0

/** With this one the pages are as they should be. */
const plain = recordSaying('name')
const html = {
  report: renderHtmlReport(plain),
  comparison: renderHtmlComparison(compareRuns([plain, plain])),
}

/** What may stand in a terminal beside text: colours and line breaks of ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOURS = /\u001b\[[\d;]*m/g

const textOf = (input: Buffer): string => `x${input.toString().slice(0, 300)}`

const TAG = /<\/?([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi

/** Tags with the names of their attributes, as they can stand in a page. */
const shapesOf = (page: string): Set<string> =>
  new Set(
    Array.from(page.matchAll(TAG), ([, name, attributes]) =>
      [name!.toLowerCase(), ...(attributes!.replace(/="[^"]*"/g, '').match(/[\w:-]+/g) ?? []).sort()].join(
        ' ',
      ),
    ),
  )

/** What no tag takes: a sign that opened one and should have been text. */
const strayOpenings = (page: string): number => count(page.replace(TAG, ''), /</g)

/** A text never makes a tag, an attribute or a script of its own. */
const sameMarkup = (shown: string, expected: string): void => {
  const shapes = shapesOf(expected)
  for (const shape of shapesOf(shown)) must(shapes.has(shape), `a text became <${shape}>`)
  must(strayOpenings(shown) === strayOpenings(expected), 'a text opened a tag')
  must(count(shown, /<script/gi) === count(expected, /<script/gi), 'a text became a script')
}

export const pageTargets: readonly FuzzTarget[] = [
  {
    name: 'a name in an HTML report',
    seeds: HOSTILE,
    errors: [],
    run: input => sameMarkup(renderHtmlReport(recordSaying(textOf(input))), html.report),
  },
  {
    name: 'a name in an HTML comparison',
    seeds: HOSTILE,
    errors: [],
    run: input => {
      const record = recordSaying(textOf(input))
      sameMarkup(renderHtmlComparison(compareRuns([record, record])), html.comparison)
    },
  },
  {
    name: 'a name in a terminal',
    seeds: HOSTILE,
    errors: [],
    run: input => {
      const record = recordSaying(textOf(input))
      for (const text of [
        renderTerminalSummary(record),
        renderTerminalComparison(compareRuns([record, record])),
      ])
        must(
          !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text.replace(COLOURS, '').replaceAll('\n', '')),
          'a control character',
        )
    },
  },
  {
    name: 'a name in LaTeX',
    seeds: HOSTILE,
    errors: [],
    run: input => {
      const text = disclose([recordSaying(textOf(input))], { format: 'latex' })
      must(!/\\(?:input|include|write|openout|csname|def|catcode|immediate)\b/.test(text), 'a command')
      must(count(text, /\{/g) === count(text, /\}/g), 'braces do not match')
    },
  },
  {
    name: 'a name in Markdown',
    seeds: HOSTILE,
    errors: [],
    run: input => {
      const text = disclose([recordSaying(textOf(input))], { format: 'markdown' })
      must(!/(?<!\\)(?:\\\\)*<[a-z!/]/i.test(text), 'a tag')
      must(!/(?<!\\)(?:\\\\)*\]\(/.test(text), 'a link')
    },
  },
]
