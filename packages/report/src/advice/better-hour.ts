import type { Quantity, RunRecord } from '@epochwatt/core'
import { bestStart, type IntensityCourse, type StartPlan } from '@epochwatt/core/planning'
import { formatFactor } from '../format/number.js'
import { formatDuration } from '../format/time.js'
import { fullRecord, type RunDigest } from '../reading/run-digest.js'
import { sumOfRuns } from '../reading/sum.js'
import { type Finding, ids, linkTo, runsText, savedByRatio } from './finding.js'

const HOUR_MS = 3_600_000
const LONGEST_DELAY_MS = 24 * HOUR_MS

/** Nobody plans closer than this, whatever the step of the publisher. */
const STEP_MINUTES = 15

type Run = RunRecord | RunDigest

type Points = IntensityCourse['points']

/** The course of one grid as several runs saw it: one ran while another did not. */
const recordedPoints = (runs: readonly Run[]): Points => {
  const points = runs
    .flatMap(({ started_at, grid }) => {
      const began = Date.parse(started_at)
      return grid.intervals.map(({ started_s, ended_s, g_per_kwh }) => ({
        fromMs: began + started_s * 1000,
        toMs: began + ended_s * 1000,
        gramsPerKwh: g_per_kwh,
      }))
    })
    .sort((a, b) => a.fromMs - b.fromMs)
  // Runs at the same time saw the same: what one of them already says is not needed from the next.
  let known = Number.NEGATIVE_INFINITY
  return points.flatMap(point => {
    const fromMs = Math.max(known, point.fromMs)
    known = Math.max(known, point.toMs)
    return point.toMs > fromMs ? [{ ...point, fromMs }] : []
  })
}

/** Figures of one publisher that count one way belong together; others are never mixed. */
const byGrid = (runs: readonly Run[]): readonly (readonly Run[])[] => {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const { zone, source, basis } = run.grid
    const key = JSON.stringify([zone, source, basis])
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups.values()]
}

const isFlat = (points: Points): boolean =>
  points.every(({ gramsPerKwh }) => gramsPerKwh === points[0]?.gramsPerKwh)

interface Later {
  readonly record: RunRecord
  readonly plan: StartPlan
  readonly carbon: Quantity
}

const delayMs = ({ record, plan }: Later): number =>
  Date.parse(plan.best.start) - Date.parse(record.started_at)

/** The best start within a day after the one that was, where it is surely better. */
const laterStart = (record: RunRecord, course: IntensityCourse): Later | undefined => {
  const began = new Date(record.started_at)
  const end = began.getTime() + record.duration_s * 1000
  // As far as the course goes without a hole, and a start that was can be compared with.
  if (!course.points.some(({ fromMs, toMs }) => fromMs <= began.getTime() && began.getTime() < toMs))
    return undefined
  try {
    const plan = bestStart({
      course,
      record,
      now: began,
      deadline: new Date(end + LONGEST_DELAY_MS),
      stepMinutes: STEP_MINUTES,
    })
    const { ratio } = plan.saving
    if (ratio?.verdict !== 'lower' || !plan.soonest.carbon_g) return undefined
    return { record, plan, carbon: savedByRatio(plan.soonest.carbon_g, ratio, METHOD) }
  } catch {
    // The course ends before the run did: nothing can be said.
    return undefined
  }
}

const METHOD = 'carbon when it ran × (1 − ratio of the mean intensities then and later)'

/**
 * A later start on the same grid, where the intensity of that time is known: from the course given, or from what the
 * runs together recorded. Yearly averages say nothing of hours, and nothing is said.
 */
export const betterHour = (records: readonly Run[], course?: IntensityCourse): readonly Finding[] => {
  const known = records.filter(
    ({ energy, grid }) => energy.total_kwh && !grid.fallback && grid.kind === 'average',
  )
  const later = byGrid(known).flatMap(group => {
    const { zone, source, basis, kind } = group[0]!.grid
    const used = course ?? { zone, source, basis, kind, points: recordedPoints(group) }
    if (used.kind !== 'average' || isFlat(used.points)) return []
    return group.flatMap(run => laterStart(fullRecord(run), used) ?? [])
  })
  const carbon = sumOfRuns(
    later.map(each => each.carbon),
    METHOD,
  )
  if (!carbon) return []
  const most = later.reduce((best, each) => (each.carbon.value > best.carbon.value ? each : best))
  const begun = `begun ${formatDuration(delayMs(most) / 1000)} later, would have met ${formatFactor(most.plan.best.g_per_kwh.value)} gCO₂e/kWh on average instead of ${formatFactor(most.plan.soonest.g_per_kwh.value)}`
  return [
    {
      code: 'better-hour',
      title: 'Starting at a cleaner hour',
      text:
        later.length === 1
          ? `The run, ${begun}.`
          : `${runsText(later.length)} could have waited up to a day. The one that gains most, ${begun}.`,
      how: `The best start within a day after the one that was, from ${course ? `the course of ${course.source} (${course.basis} basis)` : 'what the runs recorded of their grids'}: energy × PUE × intensity at each time. Only starts count whose 90 % interval of the ratio stays below 1; bounds are the worst pairing. What the grid would do was known afterwards; a plan needs a forecast (\`epochwatt when\`).`,
      link: linkTo('better-hour'),
      runs: ids(later.map(({ record }) => record)),
      saving: { carbon_g: carbon },
    },
  ]
}
