import type { RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import type { GridInterval, RunRecord } from './record.js'
import type { RunTimeline } from './run-timeline.js'
import { silenceOf } from './sensor-records.js'

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

/** A launcher that is tracked beside what it launched. */
const rankWarnings = ({ ranks }: Analysis): Warning[] => {
  const nested = ranks?.others.filter(other => other.nested).length ?? 0
  if (nested === 0) return []
  return [
    {
      code: 'RANK_NESTED',
      message: `${nested} process(es) that this run started are tracked as runs of their own: its energy contains theirs, so do not add them`,
    },
  ]
}

/** A meter that its user named is expected to answer. */
const meterWarnings = (run: RunEntry, analysis: Analysis): Warning[] =>
  run.sensors.flatMap(({ id }) => {
    const silence = silenceOf(id, analysis)
    if (silence === undefined) return []
    const consequence =
      analysis.selection.get(id)?.state === 'used'
        ? 'what flowed meanwhile is in the upper bound only'
        : 'other sources stand in for it'
    return [{ code: 'METER_SILENT', message: `${id}: ${silence}; ${consequence}` }]
  })

const upperBoundWarnings = ({ upperBounds }: Analysis): Warning[] => {
  if (upperBounds.size === 0) return []
  return [
    {
      code: 'GPU_SHARE_UNKNOWN',
      message: `who used ${[...upperBounds].join(', ')} could not be told (usual in containers and with nvidia-smi): all of it is counted, which is an upper bound; with the host's process ids (docker run --pid=host) it can be shared out`,
    },
  ]
}

/** Ways to a place that may be wrong; the country follows. */
const GUESSES: Readonly<Record<string, string>> = {
  'ip-address':
    'by its IP address, which may be that of a VPN, a proxy or a gateway elsewhere, this machine is in',
  'time-zone': "this system's time zone is one of",
}

const placeWarnings = ({ location }: RunEntry): Warning[] => {
  const reason = GUESSES[location.how]
  if (reason === undefined) return []
  return [
    {
      code: 'LOCATION_GUESSED',
      message: `the place is a guess: ${reason} ${location.country}; set country or cloud`,
    },
  ]
}

/** The policy `equal` needs a count of processes; until there is one, the share of busy time stands in. */
const policyWarnings = ({ staticPolicy, scope }: RunEntry, { countedActive }: Analysis): Warning[] => {
  if (staticPolicy !== 'equal' || scope !== 'process' || countedActive) return []
  return [
    {
      code: 'STATIC_EQUAL_UNKNOWN',
      message:
        'the processes at work were not counted (the run was shorter than two seconds, or the system does not show them): static energy is shared by busy time instead',
    },
  ]
}

/** What is to be known of the intensity: codes that begin with `GRID_`. */
export const gridWarnings = (grid: RunRecord['grid']): Warning[] => {
  const warnings: Warning[] = []
  if (grid.fallback) {
    warnings.push({
      code: 'GRID_FALLBACK',
      message: `the place is unknown: carbon uses ${grid.zone} (${grid.g_per_kwh.value} g/kWh) and may be off by a factor of five; set country, cloud or gridIntensity`,
    })
  }
  const all = grid.intervals.reduce((sum, { started_s, ended_s }) => sum + ended_s - started_s, 0)
  const percent = (is: (interval: GridInterval) => boolean | undefined): number =>
    all === 0
      ? 0
      : (grid.intervals.reduce((sum, each) => sum + (is(each) ? each.ended_s - each.started_s : 0), 0) /
          all) *
        100
  const stale = percent(interval => interval.stale)
  if (stale >= 1) {
    warnings.push({
      code: 'GRID_STALE',
      message: `for ${stale.toFixed(0)} % of the run ${grid.source} had no figure (yet): the nearest in time stands in, with a wider interval`,
    })
  }
  const estimated = percent(interval => interval.estimated)
  if (estimated >= 1) {
    warnings.push({
      code: 'GRID_ESTIMATED',
      message: `for ${estimated.toFixed(0)} % of the run the figure of ${grid.source} is its estimate or forecast`,
    })
  }
  return warnings
}

const inWords = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

const clockWarnings = ({ clocks }: RunTimeline): Warning[] => {
  const sleptMs = clocks.reduce((sum, each) => sum + each.sleptMs, 0)
  const steps = clocks.filter(({ steppedMs }) => steppedMs !== 0)
  const each = steps.map(({ steppedMs }) => `${steppedMs > 0 ? 'forward' : 'back'} by ${inWords(steppedMs)}`)
  const changes = `${each.slice(0, 3).join(', ')}${each.length > 3 ? ', …' : ''}`
  return [
    ...(sleptMs > 0
      ? [
          {
            code: 'MACHINE_SLEPT',
            message: `the machine slept for ${inWords(sleptMs)} during the run, which is not in its duration; what was drawn asleep is counted only where a counter went on`,
          },
        ]
      : []),
    ...(steps.length > 0
      ? [
          {
            code: 'CLOCK_SET',
            message: `the machine's clock was set ${changes} during the run: energy and durations are of a clock that nobody sets, and dates are of this one as it was at the start`,
          },
        ]
      : []),
  ]
}

/** Everything a reader must know before trusting the figures: what was noted during the run, then what the data show. */
export const runWarnings = (
  run: RunEntry,
  analysis: Analysis,
  timeline: RunTimeline,
  grid: RunRecord['grid'],
): Warning[] => {
  const warnings: Warning[] = [...timeline.warnings]
  warnings.push(...placeWarnings(run), ...gridWarnings(grid))
  const locked = run.unavailable.filter(({ state }) => state === 'locked')
  if (locked.length > 0) {
    warnings.push({
      code: 'SENSOR_LOCKED',
      message: `${locked.map(({ id }) => id).join(', ')} cannot be read by this user; \`epochwatt doctor\` shows the command that grants access`,
    })
  }
  warnings.push(
    ...coverageWarnings(analysis),
    ...irregularWarnings(analysis),
    ...upperBoundWarnings(analysis),
    ...policyWarnings(run, analysis),
    ...meterWarnings(run, analysis),
    ...rankWarnings(analysis),
    ...clockWarnings(timeline),
  )
  const partial = timeline.windows.filter(window => window.to === undefined)
  if (timeline.stop && partial.length > 0) {
    warnings.push({
      code: 'WINDOW_OPEN',
      message: `${partial.length} window(s) were still open at the end and count up to it`,
    })
  }
  return warnings
}
