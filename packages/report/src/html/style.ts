/**
 * The report's only style sheet. System typefaces, two accents (blue for energy, umber for carbon), hairlines
 * instead of boxes; how full a mark or a bar is says how much of the figure was measured.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --raised: #f2f4f4; --ink: #16202a; --soft: #4d5b66; --hair: #d3dadd; --strong-hair: #16202a;
  --energy: #12618c; --energy-soft: #12618c30; --carbon: #93480f; --carbon-soft: #93480f30; --shade: #1b4f6d12;
  --loud-paper: #fdeed3; --loud-ink: #5a3300; --loud-edge: #c26a00; --focus: #12618c; --edge: #16202a2e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11171c; --raised: #1a2228; --ink: #e4eaee; --soft: #a3b2bd; --hair: #303c45; --strong-hair: #8fa0ac;
    --energy: #6cbbe6; --energy-soft: #6cbbe63a; --carbon: #e3a569; --carbon-soft: #e3a5693a; --shade: #9fd0ee12;
    --loud-paper: #38290e; --loud-ink: #ffdfae; --loud-edge: #e6a23c; --focus: #6cbbe6; --edge: #0009;
  }
}
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
svg text { fill: var(--soft); font-variant-numeric: tabular-nums }
.grid { stroke: var(--hair); stroke-width: 1 }
.tick, .base { stroke: var(--soft); stroke-width: 1 }
.epoch.even { fill: var(--shade) }
.epoch.odd { fill: none }
.range { fill: var(--energy-soft) }
.line { fill: none; stroke: var(--energy); stroke-width: 1.6; stroke-linejoin: round }
.bar.measured { fill: var(--energy) }
.bar.assumed { fill: none }
.bar { stroke: var(--energy); stroke-width: 1.2 }
.bar.cut { stroke-dasharray: 3 3 }
.hatch-ground { fill: var(--energy-soft) }
.hatch-line { stroke: var(--energy); stroke-width: 2.4 }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.3 }
.whisker.fine { stroke: var(--soft); stroke-width: .8 }
.series { fill: none; stroke-width: 1.6; stroke-linejoin: round }
.series.train, .dot.train { stroke: var(--energy) }
.series.validation, .dot.validation { stroke: var(--carbon) }
.series.validation { stroke-dasharray: 5 3 }
.dot { stroke-width: 1.6 }
.key.train { fill: var(--energy) }
.key.validation { fill: var(--carbon) }
svg .title { white-space: pre }
.dot.train { fill: var(--energy) }
.dot.validation { fill: var(--paper) }
.dot.other { fill: var(--paper); stroke: var(--soft) }
.series.front { stroke-dasharray: 5 3 }
.hit rect { fill: transparent }
.hit line, .hit circle, .hit text { visibility: hidden; pointer-events: none }
.hit line { stroke: var(--soft); stroke-dasharray: 2 2 }
.hit circle { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6 }
.hit text { fill: var(--ink); font-weight: 500; white-space: pre }
.hit:hover line, .hit:hover circle, .hit:hover text { visibility: visible }

details { margin-top: 10px; font-size: 13.5px }
summary { cursor: pointer; color: var(--soft); width: fit-content }
summary:hover { color: var(--ink) }
details .scroll { max-height: 380px; margin-top: 10px }
.scroll {
  overflow: auto;
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
  :root {
    color-scheme: light;
    --paper: #fff; --raised: #f2f4f4; --ink: #000; --soft: #444; --hair: #ccc; --strong-hair: #000;
    --energy: #12618c; --energy-soft: #12618c30; --carbon: #93480f; --carbon-soft: #93480f30; --shade: #1b4f6d12;
    --loud-paper: #fff; --loud-ink: #000; --loud-edge: #c26a00;
  }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  section { display: block; padding-bottom: 18px }
  section > h2 { font-size: 12pt; margin-bottom: 8px; break-after: avoid }
  h3 { break-after: avoid }
  figure, .figure, .notice, tr, .sensors > li, dl > div { break-inside: avoid }
  details { display: none }
  .scroll { overflow: visible; background: none }
  svg.wide { display: block }
  svg.narrow { display: none }
  @page { margin: 16mm 14mm }
}
`
