import { EpochwattError } from '../errors.js'
import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import { banded } from '../grid/intensity-bands.js'
import type { Quantity } from '../quantity/quantity.js'
import { scaleQuantity } from '../quantity/scale-quantity.js'
import { gridFigure } from '../record/place-figures.js'
import type { RunRecord } from '../record/record.js'
import { type BestStartOptions, checkBestStartOptions } from './best-start-options.js'
import { cleanestSlots, type Slot, startsBetween, WHOLE } from './cleanest-slots.js'
import { CourseIntegral } from './course-integral.js'
import { evenProfile, type ProfilePiece, recordedProfile, stretchedProfile } from './energy-profile.js'
import { type FootprintRatio, footprintRatio } from './footprint-ratio.js'
import type { IntensityCourse } from './intensity-course.js'
import { recordedPue, supplied } from './recorded-conversion.js'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Work at a certain time. */
export interface PlannedWork {
  /** ISO 8601, UTC. */
  readonly start: string
  readonly end: string
  /** Mean over the work, weighted by its energy. */
  readonly g_per_kwh: Quantity
  /** Energy × PUE × intensity, where a run was given. Of a marginal forecast: what the work causes, no footprint. */
  readonly carbon_g?: Quantity
}

/** When to begin, against the soonest that is possible. */
export interface StartPlan {
  readonly hours: number
  readonly step_minutes: number
  readonly forecast: Pick<IntensityCourse, 'zone' | 'source' | 'basis' | 'kind'> & {
    readonly from: string
    readonly until: string
  }
  /** The first start that is possible: now, unless `earliest` says otherwise. */
  readonly soonest: PlannedWork
  readonly best: PlannedWork
  /** Stretches of the best plan, in order, where the work may be interrupted. */
  readonly pieces?: readonly PlannedWork[]
  /** Best over soonest, and what it comes to where a run was given. */
  readonly saving: { readonly ratio?: FootprintRatio; readonly carbon_g?: number }
  /** How many starts were compared. */
  readonly compared: number
  readonly cautions: readonly string[]
}

/** Usual length of a course's points, its median. */
const stepOf = (course: IntensityCourse): number => {
  const lengths = course.points.map(({ fromMs, toMs }) => toMs - fromMs).sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? HOUR_MS
}

const iso = (ms: number): string => new Date(ms).toISOString()

const intensityFrom = (course: IntensityCourse, gramsPerKwh: number, what: string): GridIntensity => {
  const { zone, source, basis, kind } = course
  return {
    ...banded(
      gramsPerKwh,
      'live-estimated',
      `${kind} intensity of ${zone} as forecast, mean over ${what}, ${source}`,
    ),
    zone,
    source,
    basis,
    kind,
    tier: 'modelled',
    fallback: false,
    estimated: true,
  }
}

/** Everything that turns a time into figures. */
interface Planner {
  readonly course: IntensityCourse
  readonly integral: CourseIntegral
  readonly durationMs: number
  readonly profile: readonly ProfilePiece[]
  readonly record: RunRecord | undefined
}

interface Placed {
  readonly work: PlannedWork
  readonly grid: GridIntensity
}

/** Mean over the work begun at an instant, or undefined where the forecast has a hole or ends before. */
const meanFrom = ({ integral, profile, durationMs }: Planner, startMs: number): number | undefined => {
  if (integral.mean(startMs, startMs + durationMs).covered < WHOLE) return undefined
  return profile.reduce(
    (sum, { fromS, toS, share }) =>
      sum + share * integral.mean(startMs + fromS * 1000, startMs + toS * 1000).gramsPerKwh,
    0,
  )
}

/** @param share Of the run's energy. */
const placed = (
  { course, record }: Planner,
  fromMs: number,
  toMs: number,
  gramsPerKwh: number,
  share = 1,
): Placed => {
  const grid = intensityFrom(course, gramsPerKwh, `${iso(fromMs)} to ${iso(toMs)}`)
  const energy = record?.energy.total_kwh && supplied(record.energy.total_kwh, record)
  return {
    grid,
    work: {
      start: iso(fromMs),
      end: iso(toMs),
      g_per_kwh: gridFigure(grid).g_per_kwh,
      ...(record &&
        energy && {
          carbon_g: operationalCarbon(
            [{ energy: scaleQuantity(energy, share), intensity: grid }],
            recordedPue(record),
          ),
        }),
    },
  }
}

/**
 * When to begin work so that the grid is cleanest meanwhile: the best start within a forecast, against the soonest.
 * Pure. Every start that the step allows is compared; work runs through unless it is `interruptible`.
 *
 * Whether the best start differs from the soonest at all is what `saving.ratio` says: errors of a forecast at two
 * times are taken as independent, which is the most they can be.
 *
 * @throws OptionError, or EpochwattError `OPTION_UNKNOWN`, `OPTION_MISSING`, for options that cannot be; `FORECAST_SHORT`
 * where the work does not fit between now, the deadline and the end of the forecast.
 *
 * @example
 * ```ts
 * const plan = bestStart({ course: await readForecast({ gridZone: 'GB' }), hours: 3 })
 * console.log(plan.best.start, plan.saving.ratio?.value)
 * ```
 */
export const bestStart = (options: BestStartOptions): StartPlan => {
  checkBestStartOptions(options)
  const { course, record, now = new Date(), earliest = now, deadline, interruptible = false } = options
  const hours = options.hours ?? record!.duration_s / 3600
  const stepMs = options.stepMinutes === undefined ? stepOf(course) : options.stepMinutes * MINUTE_MS
  const durationMs = hours * HOUR_MS
  const own = record ? recordedProfile(record) : evenProfile(hours * 3600)
  const planner: Planner = {
    course,
    integral: new CourseIntegral(course.points),
    durationMs,
    profile: interruptible ? evenProfile(hours * 3600) : stretchedProfile(own, hours * 3600),
    record,
  }
  const cautions: string[] = []
  const wantedMs = Math.max(now.getTime(), earliest.getTime())
  const fromMs = course.points[0]?.fromMs ?? Number.NaN
  const untilMs = course.points.at(-1)?.toMs ?? Number.NaN
  const endMs = Math.min(deadline?.getTime() ?? Number.POSITIVE_INFINITY, untilMs)

  const starts = startsBetween(Math.max(wantedMs, fromMs), endMs - durationMs, stepMs).flatMap(startMs => {
    const gramsPerKwh = startMs + durationMs <= endMs + 1 ? meanFrom(planner, startMs) : undefined
    return gramsPerKwh === undefined ? [] : [{ startMs, gramsPerKwh }]
  })
  const [first] = starts
  if (!first)
    throw new EpochwattError(
      'FORECAST_SHORT',
      `${Number(hours.toPrecision(3))} h do not fit between ${iso(wantedMs)} and ${deadline && deadline.getTime() <= untilMs ? `the deadline ${iso(deadline.getTime())}` : `the end of the forecast${Number.isNaN(untilMs) ? ', which is empty' : ` ${iso(untilMs)}`}`}; give fewer hours, another deadline or another provider.`,
    )
  if (first.startMs > wantedMs)
    cautions.push(
      `the forecast does not reach to ${iso(wantedMs)}: compared with a start at ${iso(first.startMs)}`,
    )
  if (deadline && deadline.getTime() > untilMs)
    cautions.push(`the forecast ends at ${iso(untilMs)}, before the deadline: later starts are unknown`)
  if (course.kind !== 'average')
    cautions.push(
      `the forecast is ${course.kind}: it says what the work causes, and its grams are no footprint`,
    )

  const lowest = starts.reduce((a, b) => (b.gramsPerKwh < a.gramsPerKwh ? b : a))
  const soonest = placed(planner, first.startMs, first.startMs + durationMs, first.gramsPerKwh)
  const slots = interruptible
    ? cleanestSlots(planner.integral, durationMs, first.startMs, endMs, stepMs)
    : undefined
  const best = slots
    ? ofSlots(planner, slots)
    : lowest === first
      ? soonest
      : placed(planner, lowest.startMs, lowest.startMs + durationMs, lowest.gramsPerKwh)
  const pue = record ? recordedPue(record) : EVEN_PUE
  const ratio = footprintRatio({ pue, grid: best.grid }, { pue, grid: soonest.grid })
  const [before, after] = [soonest.work.carbon_g, best.work.carbon_g]
  const { zone, source, basis, kind } = course
  return {
    hours,
    step_minutes: stepMs / MINUTE_MS,
    forecast: { zone, source, basis, kind, from: iso(fromMs), until: iso(untilMs) },
    soonest: soonest.work,
    best: best.work,
    ...(slots && {
      pieces: slots.map(
        slot =>
          placed(planner, slot.fromMs, slot.toMs, slot.gramsPerKwh, (slot.toMs - slot.fromMs) / durationMs)
            .work,
      ),
    }),
    saving: {
      ...(ratio && { ratio }),
      ...(before && after && { carbon_g: before.value - after.value }),
    },
    compared: starts.length,
    cautions,
  }
}

/** Cancels out where no run says otherwise. */
const EVEN_PUE = { value: 1, low: 1, high: 1, tier: 'modelled', source: '', how: '' } as const

/** Slots as one piece of work, from the beginning of the first to the end of the last. */
const ofSlots = (planner: Planner, slots: readonly Slot[]): Placed => {
  const gramsPerKwh = slots.reduce(
    (sum, slot) => sum + (slot.gramsPerKwh * (slot.toMs - slot.fromMs)) / planner.durationMs,
    0,
  )
  return placed(planner, slots[0]!.fromMs, slots.at(-1)!.toMs, gramsPerKwh)
}
