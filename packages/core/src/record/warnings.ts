import type { RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import type { RunRecord } from './record.js'
import type { RunTimeline } from './run-timeline.js'

type Warning = RunRecord['warnings'][number]

/** Less of the run observed than this is worth a word. */
const FULL_COVERAGE = 0.99

const coverageWarnings = (analysis: Analysis): Warning[] =>
  analysis.curves.flatMap(({ spec }) => {
    const coverage = analysis.coverage.get(spec.id) ?? 0
    if (coverage >= FULL_COVERAGE) return []
    const percent = (coverage * 100).toFixed(coverage < 0.1 ? 1 : 0)
    return [
      {
        code: 'COVERAGE_LOW',
        message: `${spec.id} was observed for ${percent} % of the run; the rest is in the upper bound only`,
      },
    ]
  })

const irregularWarnings = (analysis: Analysis): Warning[] =>
  [...analysis.irregular].flatMap(([id, steps]) => {
    if (analysis.selection.get(id)?.state !== 'used') return []
    const counted = Object.entries(steps).filter(([, count]) => count > 0)
    if (counted.length === 0) return []
    const list = counted.map(([step, count]) => `${count} × ${step}`).join(', ')
    return [
      {
        code: 'COUNTER_IRREGULAR',
        message: `${id} had irregular steps (${list}); the energy of those intervals is a lower bound`,
      },
    ]
  })

/** Everything a reader must know before trusting the figures: what was noted during the run, then what the data show. */
export const runWarnings = (run: RunEntry, analysis: Analysis, timeline: RunTimeline): Warning[] => {
  const warnings: Warning[] = [...timeline.warnings]
  if (run.grid.fallback) {
    warnings.push({
      code: 'GRID_FALLBACK',
      message: `the place is unknown: carbon uses ${run.grid.zone} (${run.grid.gramsPerKwh} g/kWh) and may be off by a factor of five; set country, cloud or gridIntensity`,
    })
  }
  const locked = run.unavailable.filter(({ state }) => state === 'locked')
  if (locked.length > 0) {
    warnings.push({
      code: 'SENSOR_LOCKED',
      message: `${locked.map(({ id }) => id).join(', ')} cannot be read by this user; \`epochwatt doctor\` shows the command that grants access`,
    })
  }
  warnings.push(...coverageWarnings(analysis), ...irregularWarnings(analysis))
  const partial = timeline.windows.filter(window => window.to === undefined)
  if (timeline.stop && partial.length > 0) {
    warnings.push({
      code: 'WINDOW_OPEN',
      message: `${partial.length} window(s) were still open at the end and count up to it`,
    })
  }
  return warnings
}
