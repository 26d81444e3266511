import { formatSignificant } from '../format/number.js'
import { energyScale } from '../format/scale.js'
import { formatDuration } from '../format/time.js'
import { type Html, html } from '../html/html.js'
import { type CoursePoint, energyCourse } from '../reading/energy-course.js'
import { shortName } from '../reading/metrics.js'
import { linearAxis } from './axis.js'
import type { Chart } from './chart.js'
import { type DetailedRun, MOST_COURSES } from './detailed-run.js'
import { axes, type Canvas, drawing, plotArea, px, tickCount, Y_TICKS } from './frame.js'
import { timeUnit } from './time-unit.js'

const MOST_POINTS = 160
const LISTED_POINTS = 40

interface Course extends DetailedRun {
  readonly points: readonly CoursePoint[]
}

/** A course that only rises loses nothing but detail when points are left out; its end stays. */
const thin = (points: readonly CoursePoint[], most: number): readonly CoursePoint[] => {
  const every = Math.ceil(points.length / most)
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1)
}

/** Ends of lines that lie close to each other are named side by side and not on top of each other. */
const spread = (ends: readonly number[], room: number): readonly number[] => {
  const order = ends.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  let last = Number.NEGATIVE_INFINITY
  const placed: number[] = []
  for (const { y, i } of order) {
    last = Math.max(y, last + room)
    placed[i] = last
  }
  return placed
}

/** Energy of runs until each moment, a line each. */
export const courseChart = (runs: readonly DetailedRun[]): Chart | undefined => {
  const courses = runs
    .map((run): Course => ({ ...run, points: energyCourse(run.record) }))
    .filter(({ points }) => points.length > 1)
    .slice(0, MOST_COURSES)
  if (courses.length === 0) return undefined
  const total = ({ points }: Course) => points.at(-1)!.kwh
  const longest = Math.max(...courses.map(({ record }) => record.duration_s))
  const most = Math.max(...courses.map(total))
  const scale = energyScale(most)
  const time = timeUnit(longest)
  const amount = (kwh: number) => formatSignificant(kwh * scale.factor, 3)
  const title = 'Energy over time'

  const draw = (canvas: Canvas): Html => {
    const top = most * scale.factor * 1.06
    const widest = linearAxis([0, top], [0, 1], Y_TICKS)
    const area = plotArea(canvas, Math.max(...widest.ticks.map(tick => widest.label(tick).length)))
    const plot = { ...area, right: area.right - 26 }
    const x = linearAxis([0, longest / time.seconds], [plot.left, plot.right], tickCount(plot))
    const y = linearAxis([0, top], [plot.bottom, plot.top], Y_TICKS)
    const left = (t: number) => x.at(t / time.seconds)
    const height = (kwh: number) => y.at(kwh * scale.factor)
    const tags = spread(
      courses.map(course => height(total(course))),
      12,
    )
    return drawing(
      canvas,
      'course',
      { title, description: `Energy used until each moment, a line for each of ${courses.length} runs.` },
      [
        axes(plot, x, y, { x: `time since the start, ${time.unit}`, y: `energy so far, ${scale.unit}` }),
        ...courses.map((course, i) => {
          const { number, record, points } = course
          const line = thin(points, MOST_POINTS)
            .map(({ t, kwh }) => `${px(left(t))},${px(height(kwh))}`)
            .join(' ')
          const end = points.at(-1)!
          return html`<g class="hit"><polyline class="reach" points="${line}"/><polyline class="course s${i + 1}" points="${line}"/><text x="${px(plot.right + 26)}" y="${plot.top < 40 ? 12 : 30}" text-anchor="end">run ${number} ${shortName(record.name)}   ${amount(end.kwh)} ${scale.unit} in ${formatDuration(end.t)}</text></g>
<text class="tag key s${i + 1}" x="${px(left(end.t) + 5)}" y="${px(tags[i]! + 4)}">${number}</text>
`
        }),
      ],
    )
  }

  const left = runs.length > courses.length ? ` ${courses.length} of the runs are drawn.` : ''
  return {
    id: 'course',
    title,
    caption: `What each run had used at each moment, until its end, by its number in the table.${left}`,
    draw,
    table: {
      columns: ['Run', 'Name', 'Time s', `Energy so far ${scale.unit}`],
      rows: courses.flatMap(({ number, record, points }) =>
        thin(points, LISTED_POINTS).map(({ t, kwh }) => [
          String(number),
          record.name,
          t.toFixed(2),
          amount(kwh),
        ]),
      ),
    },
  }
}
