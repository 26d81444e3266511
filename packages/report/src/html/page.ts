import { TIER_MARK, TIER_MEANING } from '../reading/wording.js'
import { Html, html } from './html.js'
import { STYLE } from './style.js'

/** Nothing may be loaded and nothing may run, whatever a record says: only the page's own style is allowed. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

const head = (title: string): Html => html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="epochwatt">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>`

const legend = (origin: string): Html => html`<footer>
<p>${(['measured', 'modelled', 'assumed'] as const).map(
  tier => html`<span class="tier">${TIER_MARK[tier]} ${tier}</span>: ${TIER_MEANING[tier]}. `,
)}A sum has the worst tier that carries more than 5 % of it.</p>
<p>Intervals are meant to hold the true value nine times in ten. Figures are rounded to the digits that their interval supports; the record holds all of them.</p>
<p>${origin} This file is complete in itself and loads nothing.</p>
</footer>`

export interface Page {
  readonly title: string
  readonly banner: Html
  readonly sections: readonly (Html | undefined)[]
  /** What the page was made from, one sentence. */
  readonly origin: string
}

/** A self-contained page: no script, nothing loaded, light and dark, printable. */
export const renderPage = ({ title, banner, sections, origin }: Page): string => {
  const page = html`${new Html('<!doctype html>')}
<html lang="en">
${head(title)}
<body>
${banner}
<main>
${sections.map(
  section => html`${section}
`,
)}</main>
${legend(origin)}
</body>
</html>
`
  return page.markup
}
