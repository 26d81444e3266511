import { TIER_MARK, TIER_MEANING } from '../reading/wording.js'
import { Html, html } from './html.js'
import { LIVE_PAGE_SCRIPT, PAGE_SCRIPT } from './page-script.gen.js'
import type { PageScript } from './page-script.js'
import { STYLE } from './style.js'

/** Nothing may be loaded, and nothing may run but the page's own script, whatever a record says. */
const policy = ({ hash }: PageScript, isLive: boolean): string =>
  [
    "default-src 'none'",
    `script-src '${hash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${isLive ? "'self'" : "'none'"}`,
  ].join('; ')

const head = (title: string, allowed: string): Html => html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="epochwatt">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>`

const legend = (origin: string, isLive: boolean): Html => html`<footer>
<p>${(['measured', 'modelled', 'assumed'] as const).map(
  tier => html`<span class="tier">${TIER_MARK[tier]} ${tier}</span>: ${TIER_MEANING[tier]}. `,
)}A sum has the worst tier that carries more than 5 % of it.</p>
<p>Intervals are meant to hold the true value nine times in ten. Figures are rounded to the digits that their interval supports; the record holds all of them.</p>
<p>${origin} ${isLive ? 'It is live as long as `epochwatt serve` runs.' : 'This file is complete in itself and loads nothing.'}</p>
</footer>`

export interface Page {
  readonly title: string
  readonly banner: Html
  readonly sections: readonly (Html | undefined)[]
  /** What the page was made from, one sentence. */
  readonly origin: string
  /** Follows the events of the server that it comes from. */
  readonly isLive?: boolean
}

/** A self-contained page: nothing loaded, light and dark, printable, and complete where its script may not run. */
export const renderPage = ({ title, banner, sections, origin, isLive = false }: Page): string => {
  const script = isLive ? LIVE_PAGE_SCRIPT : PAGE_SCRIPT
  const page = html`${new Html('<!doctype html>')}
<html lang="en">
${head(title, policy(script, isLive))}
<body>
${banner}
<main>
${sections.map(
  section => html`${section}
`,
)}</main>
${legend(origin, isLive)}
<script>${new Html(script.code)}</script>
</body>
</html>
`
  return page.markup
}
