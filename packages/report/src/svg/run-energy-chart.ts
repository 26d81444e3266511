import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import { formatEnergy, intervalText } from '../format/figure.js'
import { energyScale } from '../format/scale.js'
import type { Html } from '../html/html.js'
import type { Chart } from './chart.js'
import { drawEnergyBars, type EnergyBar, MOST_BARS, MOST_BARS_NARROW } from './energy-bars.js'
import type { Canvas } from './frame.js'

type Known = ComparedRun & { readonly energy_kwh: NonNullable<ComparedRun['energy_kwh']> }

interface Numbered {
  readonly number: number
  readonly run: Known
}

const isKnown = (run: ComparedRun): run is Known => run.energy_kwh !== undefined

/** The largest, in the order in which they were given. */
const largest = (runs: readonly Numbered[], most: number): readonly Numbered[] =>
  [...runs]
    .sort((a, b) => b.run.energy_kwh.value - a.run.energy_kwh.value)
    .slice(0, most)
    .sort((a, b) => a.number - b.number)

const barOf = ({ number, run }: Numbered): EnergyBar => ({
  label: String(number),
  name: run.name,
  energy: run.energy_kwh,
  complete: run.status === 'finished',
})

/** Energy of each run with its interval, by the number that the run has in the table. */
export const runEnergyChart = ({ runs }: RunComparison): Chart | undefined => {
  const known = runs.flatMap((run, i): Numbered[] => (isKnown(run) ? [{ number: i + 1, run }] : []))
  if (known.length === 0) return undefined
  const scale = energyScale(...known.map(({ run }) => run.energy_kwh.value))
  const highest = Math.max(...known.map(({ run }) => run.energy_kwh.high))
  const hidden =
    known.length > MOST_BARS_NARROW
      ? ` Only the largest ${MOST_BARS} are drawn, ${MOST_BARS_NARROW} on a narrow screen.`
      : ''
  const draw = (canvas: Canvas): Html =>
    drawEnergyBars(canvas, {
      id: 'run-energy',
      title: 'Energy of each run',
      description: `A bar with an interval for each of ${known.length} runs.`,
      noun: 'run',
      bars: largest(known, canvas.variant === 'wide' ? MOST_BARS : MOST_BARS_NARROW).map(barOf),
      scale,
      highest,
    })
  return {
    id: 'run-energy',
    title: 'Energy of each run',
    caption: `Runs by their number in the table. Whiskers are the 90 % interval. Solid bars are measured, hatched ones modelled, empty ones assumed; a dashed edge marks a run that did not finish.${hidden}`,
    draw,
    table: {
      columns: ['Run', 'Name', `Energy ${scale.unit}`, '90 % interval', 'Tier'],
      rows: largest(known, MOST_BARS).map(({ number, run }) => {
        const figure = formatEnergy(run.energy_kwh, scale)
        return [String(number), run.name, figure.value, intervalText(figure) ?? '', run.energy_kwh.tier]
      }),
    },
  }
}
