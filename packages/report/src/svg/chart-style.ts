/** How charts look, in the page and in files of their own. Colours are those of the palette. */
export const CHART_STYLE = `
svg text { fill: var(--soft); font-variant-numeric: tabular-nums }
.grid { stroke: var(--hair); stroke-width: 1 }
.tick, .base { stroke: var(--soft); stroke-width: 1 }
.epoch.even { fill: var(--shade) }
.epoch.odd { fill: none }
.range { fill: var(--energy-soft) }
.line { fill: none; stroke: var(--energy); stroke-width: 1.6; stroke-linejoin: round }
.bar { stroke: var(--energy); stroke-width: 1.2 }
.bar.measured { fill: var(--energy) }
.bar.assumed { fill: none }
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
.dot.dominated { stroke-dasharray: 2 2 }
.series.front { stroke-dasharray: 5 3 }
svg .tag { fill: var(--ink); font-size: 11px; font-weight: 600 }
.course { fill: none; stroke-width: 1.8; stroke-linejoin: round }
${[1, 2, 3, 4, 5, 6, 7, 8].map(n => `.course.s${n} { stroke: var(--s${n}) } .fill.s${n}, svg .key.s${n} { fill: var(--s${n}) }`).join('\n')}
.course.s2, .course.s6 { stroke-dasharray: 7 3 }
.course.s3, .course.s7 { stroke-dasharray: 2.5 2.5 }
.course.s4, .course.s8 { stroke-dasharray: 9 3 2 3 }
.fill { stroke: var(--paper); stroke-width: .6 }
.hit rect, .hit .reach { fill: transparent }
.hit line, .hit circle, .hit text { visibility: hidden }
`
