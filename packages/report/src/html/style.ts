import { CHART_STYLE } from '../svg/chart-style.js'
import { cssColors, DARK, LIGHT, PRINT } from './palette.js'

/**
 * The report's only style sheet. System typefaces, two accents (blue for energy, umber for carbon), hairlines
 * instead of boxes; how full a mark or a bar is says how much of the figure was measured.
 */
export const STYLE = `
:root { color-scheme: light dark; ${cssColors(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${cssColors(DARK)} } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0 auto; max-width: 1180px; padding: 40px 32px 56px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 Inter, "Helvetica Neue", "Segoe UI", Roboto, Arial, sans-serif; font-feature-settings: "kern";
}
h1, h2, h3, p, ul, dl, figure { margin: 0; padding: 0 }
ul { list-style: none }
h1 { font-size: 32px; line-height: 1.2; font-weight: 600; letter-spacing: -.015em; overflow-wrap: anywhere }
h2 { font-size: 14px; line-height: 1.45; font-weight: 600; letter-spacing: .005em }
h3 { font-size: 15px; font-weight: 600; overflow-wrap: anywhere }
code, pre { font: 12.5px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
code { overflow-wrap: anywhere }
pre { margin: 8px 0 0; padding: 10px 12px; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere }
bdi { unicode-bidi: isolate }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 3px }

header { border-top: 4px solid var(--strong-hair); padding-top: 18px; margin-bottom: 36px }
header .kind { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: space-between; color: var(--soft); font-size: 13px; margin-bottom: 22px }
a { color: var(--energy); text-underline-offset: 3px }
a:hover { color: var(--ink) }
header .facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin-top: 14px; font-size: 13.5px }
header .facts div { display: flex; gap: 8px }
header dt { color: var(--soft) }
header dd { margin: 0; overflow-wrap: anywhere }

section { border-top: 1px solid var(--strong-hair); padding: 14px 0 44px; display: grid; grid-template-columns: 148px minmax(0, 1fr); gap: 0 28px }
.content > * + * { margin-top: 20px }
.content > h3 { margin-top: 32px }
.content > h3:first-child { margin-top: 0 }
.content > h3 + * { margin-top: 10px }
.note, figcaption p, .source { color: var(--soft); font-size: 13.5px }
.note { max-width: 76ch }
.unknown { color: var(--soft); font-style: italic }

.figures { display: grid; grid-template-columns: 1fr 1fr 1fr }
.figure { padding: 0 26px; border-left: 1px solid var(--hair); font-size: 13.5px }
.figure:first-child { padding-left: 0; border-left: 0 }
.figure:last-child { padding-right: 0 }
.figure h3 { font-size: 13.5px; font-weight: 500; color: var(--soft) }
.figure p + p { margin-top: 3px }
.amount { font-size: 44px; line-height: 1.2; font-weight: 500; letter-spacing: -.025em; font-variant-numeric: tabular-nums lining-nums; margin: 2px 0 8px }
.amount .unit { font-size: 20px; font-weight: 400; letter-spacing: 0; color: var(--soft) }
.amount.unknown { font-style: normal; font-weight: 400 }
.figure.energy .amount, .figure.energy .value { color: var(--energy) }
.figure.carbon .amount, .figure.carbon .value { color: var(--carbon) }
.figure .amount .unit { color: var(--soft) }
.figure .amount.unknown { color: var(--soft) }
.gauge { display: block; overflow: visible; margin: 0 0 8px }
.gauge .scale { stroke: var(--hair) }
.gauge .interval { stroke: var(--energy-soft); stroke-width: 8 }
.gauge .value { stroke: var(--energy); stroke-width: 2.5 }
.carbon .gauge .interval { stroke: var(--carbon-soft) }
.carbon .gauge .value { stroke: var(--carbon) }
.tier, .whole { white-space: nowrap }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.tier .mark { font-size: 1.05em }

.notice { padding: 0 0 0 16px; border-left: 3px solid var(--loud-edge); max-width: 80ch }
.notice h3 + p { color: var(--soft) }
.notice + .notice { margin-top: 14px }
.notice.loud { background: var(--loud-paper); color: var(--loud-ink); border-left-width: 8px; padding: 16px 20px 18px; max-width: none }
.notice.loud h3 { font-size: 18px; line-height: 1.35 }
.notice.loud p { color: inherit; margin-top: 4px; max-width: 80ch }
.notice.loud code { font-size: .86em }

figure + figure, .missing + figure, figure + .missing { margin-top: 36px }
figcaption { margin-bottom: 14px }
figcaption p { max-width: 80ch }
.missing p { color: var(--soft) }
svg.wide, svg.narrow { display: block; width: 100%; height: auto; overflow: visible; font-size: 12px }
svg.narrow { display: none }
${CHART_STYLE}.hit line, .hit circle, .hit text { pointer-events: none }
.hit line { stroke: var(--soft); stroke-dasharray: 2 2 }
.hit circle { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6 }
.hit text { fill: var(--ink); font-weight: 500; white-space: pre }
.hit:hover line, .hit:hover circle, .hit:hover text, .hit.on line, .hit.on circle, .hit.on text { visibility: visible }
.hit .reach { fill: none; stroke: transparent; stroke-width: 14; pointer-events: stroke }
.hit:hover .course, .hit.on .course { stroke-width: 3.2 }
.hit:hover .fill, .hit.on .fill { stroke: var(--ink); stroke-width: 1.2 }
svg:has(.hit:hover) .hit.on:not(:hover) text { visibility: hidden }
svg[tabindex]:focus-visible { outline-offset: 6px }

.tools { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: end; margin-bottom: 14px; font-size: 13px }
.tools label { display: grid; gap: 3px; color: var(--soft) }
.tools input, .tools select {
  font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 3px;
  padding: 5px 8px; min-height: 32px; max-width: 22ch;
}
.tools input { width: 22ch }
.tools p { color: var(--soft); padding: 6px 0 }
button.sort {
  all: unset; cursor: pointer; display: inline-flex; gap: 4px; align-items: baseline; white-space: nowrap;
}
button.sort:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
button.sort::after { content: "↕"; opacity: .45; font-size: .9em }
[aria-sort] button.sort { color: var(--ink) }
[aria-sort="ascending"] button.sort::after { content: "↑"; opacity: 1 }
[aria-sort="descending"] button.sort::after { content: "↓"; opacity: 1 }
table[data-sortable] { border-collapse: separate; border-spacing: 0 }
table[data-sortable] tbody th { position: sticky; left: 0; background: var(--paper); z-index: 1 }
table[data-sortable] thead th:first-child { position: sticky; left: 0; background: var(--paper); z-index: 2 }
table[data-sortable] tbody tr:hover > * { background: var(--raised) }
table[data-sortable] tbody th, table[data-sortable] tbody td:first-child { max-width: 30ch; overflow-wrap: anywhere; white-space: normal; min-width: 21ch }
section:is(#comparison, #runs):has(table[data-sortable]) { display: block }
section:is(#comparison, #runs):has(table[data-sortable]) > h2 { font-size: 16px; margin-bottom: 14px }
form > p { margin-top: 18px }
button.action {
  font: inherit; font-weight: 600; color: var(--paper); background: var(--energy); border: 0; border-radius: 3px; padding: 7px 16px; cursor: pointer;
}
button.action:hover { background: var(--ink) }
th input[type=checkbox] { width: 16px; height: 16px; margin: 0 6px 0 0; vertical-align: -2px; accent-color: var(--energy) }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 26px 36px }
.card { border-top: 2px solid var(--energy); padding-top: 10px; min-width: 0 }
.card h3 { display: flex; gap: 10px; justify-content: space-between }
.card dl { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin-top: 10px }
.content .card dl > div { display: block; border: 0; padding: 0 }
.card dd { font-size: 21px; font-weight: 500; font-variant-numeric: tabular-nums; letter-spacing: -.01em }
.card dd .unit { font-size: 13px; font-weight: 400; color: var(--soft) }
.spark { display: block; width: 100%; height: 44px; margin-top: 10px }
.pulse { color: var(--energy); font-size: 13px; font-weight: 400; white-space: nowrap }
details { margin-top: 10px; font-size: 13.5px }
summary { cursor: pointer; color: var(--soft); width: fit-content }
summary:hover { color: var(--ink) }
details .scroll { max-height: 380px; margin-top: 10px }
.scroll {
  overflow: auto; position: relative;
  background:
    linear-gradient(to left, var(--paper) 40%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to left, var(--edge), transparent) right / 12px 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums lining-nums; min-width: 100% }
details table { min-width: 0 }
th, td { text-align: left; vertical-align: top; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--hair); font-weight: 400 }
thead th { color: var(--soft); font-size: 12.5px; vertical-align: bottom; border-bottom-color: var(--soft); white-space: nowrap }
details thead th { background: var(--paper); position: sticky; top: 0 }
th.number, td.number { text-align: right; white-space: nowrap }
th.mark, td.mark { text-align: center }
th.text, td.text, td.prose { max-width: 46ch }
th code { font-size: 11.5px; color: var(--soft) }
tbody th { white-space: nowrap }
tr > :last-child { padding-right: 0 }
tfoot tr:first-child > * { border-top: 1px solid var(--soft) }
tfoot tr:last-child > * { border-bottom-color: var(--soft) }
tfoot th { font-weight: 600; white-space: nowrap }
.cut { color: var(--carbon); font-size: 12px }
.share { vertical-align: middle; margin-right: 6px }
.share-all { fill: var(--raised) }
.share-part { fill: var(--energy) }

.equivalents { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 18px 28px }
.equivalents .much { display: block; font-size: 22px; font-weight: 500; letter-spacing: -.01em; font-variant-numeric: tabular-nums }
.equivalents .source { display: block }
.cautions li { padding-left: 16px; border-left: 3px solid var(--loud-edge); margin-top: 8px }
.sensors > li { padding: 10px 0; border-top: 1px solid var(--hair) }
.sensors p + p { color: var(--soft); font-size: 13.5px; max-width: 84ch }
.state { color: var(--soft) }
.state::before { content: "— " }
dl { font-size: 13.5px }
.content dl > div { display: grid; grid-template-columns: minmax(120px, 210px) minmax(0, 1fr); gap: 0 20px; padding: 6px 0; border-top: 1px solid var(--hair) }
.content dt { color: var(--soft); overflow-wrap: anywhere }
.content dd { margin: 0; overflow-wrap: anywhere; max-width: 92ch }
footer { border-top: 1px solid var(--strong-hair); padding-top: 14px; color: var(--soft); font-size: 13px }
footer p { max-width: 100ch }
footer p + p { margin-top: 6px }

@media (max-width: 900px) {
  section { display: block; padding-bottom: 36px }
  section > h2 { font-size: 16px; margin-bottom: 16px }
}
@media (max-width: 640px) {
  body { padding: 20px 16px 40px }
  h1 { font-size: 25px }
  svg.wide { display: none }
  svg.narrow { display: block }
  .figures { grid-template-columns: 1fr }
  .figure, .figure:first-child { padding: 18px 0 0; border-left: 0; border-top: 1px solid var(--hair); margin-top: 18px }
  .figure:first-child { padding-top: 0; margin-top: 0; border-top: 0 }
  .amount { font-size: 40px }
  .content dl > div { display: block }
  .stack, .stack tbody, .stack tfoot { display: block }
  .stack thead { display: none }
  .stack tr { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 10px 0; border-bottom: 1px solid var(--hair) }
  .stack tr > * { padding: 0; border: 0 !important }
  .stack th, .stack td.prose { flex-basis: 100%; font-weight: 600 }
  .stack td.prose { max-width: none; font-weight: 400; color: var(--soft) }
  header .facts { display: block }
  header .facts div + div { margin-top: 2px }
}
@media print {
  :root { color-scheme: light; ${cssColors(PRINT)} }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  section { display: block; padding-bottom: 18px }
  section > h2 { font-size: 12pt; margin-bottom: 8px; break-after: avoid }
  h3 { break-after: avoid }
  figure, .figure, .notice, tr, .sensors > li, dl > div { break-inside: avoid }
  details, .tools { display: none }
  button.sort::after { content: none }
  table { font-size: 8.5pt }
  table[data-sortable] { font-size: 6.6pt; min-width: 0 }
  table[data-sortable] :is(td, th) { padding-right: 5px; position: static !important; max-width: 22ch }
  table[data-sortable] tbody th { min-width: 0; max-width: 26ch }
  table[data-sortable] code { font-size: 5.6pt }
  table[data-sortable] :is(.whole, .source, thead th, button.sort) { white-space: normal; font-size: inherit }
  body:has(table[data-sortable]) { page: broad }
  @page broad { size: landscape; margin: 14mm }
  .scroll { overflow: visible; background: none }
  svg.wide { display: block }
  svg.narrow { display: none }
  @page { margin: 16mm 14mm }
}
`
