import type { Component } from '@epochwatt/core'
import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import { energyUse } from '../compare/energy-use.js'
import { energyScale } from '../format/scale.js'
import { COMPONENT_NAME } from '../reading/wording.js'
import type { Chart } from './chart.js'
import { type StackPart, type StackRow, stackChart } from './stack-chart.js'

const COMPONENTS: readonly (readonly [Component, StackPart['color']])[] = [
  ['cpu', 's1'],
  ['gpu', 's2'],
  ['memory', 's6'],
  ['other', 's8'],
]

/** Models and counters round apart: a difference as small as this is no part of its own. */
const SMALLEST_REST = 0.005

const rowOf = (run: ComparedRun, number: number, values: readonly number[]): StackRow => ({
  label: String(number),
  name: run.name,
  values,
})

/** Energy of each run by the part of the machine that used it. */
export const componentStack = ({ runs }: RunComparison): Chart | undefined => {
  const rows = runs.flatMap((run, i): StackRow[] => {
    const total = run.energy_kwh?.value
    if (total === undefined) return []
    const values = COMPONENTS.map(([component]) => run.components[component]?.value ?? 0)
    const rest = total - values.reduce((sum, value) => sum + value, 0)
    return [rowOf(run, i + 1, [...values, rest > total * SMALLEST_REST ? rest : 0])]
  })
  if (rows.length === 0) return undefined
  const parts: readonly StackPart[] = [
    ...COMPONENTS.map(([component, color]) => ({ name: COMPONENT_NAME[component], color })),
    { name: 'Not told apart', color: 's7' },
  ]
  const used = parts.map((_, p) => rows.some(({ values }) => values[p]! > 0))
  return stackChart({
    id: 'run-components',
    title: 'Energy by component',
    caption: 'What the parts of the machine used in each run, by best guesses.',
    parts: parts.filter((_, p) => used[p]),
    rows: rows.map(row => ({ ...row, values: row.values.filter((_, p) => used[p]) })),
    scale: energyScale(...runs.map(run => run.energy_kwh?.value)),
  })
}

const USES = [
  ['useful', 'Useful, as far as known', 's3'],
  ['late', 'After the best epoch', 's7'],
  ['repeated', 'Repeats another run', 's4'],
  ['failed', 'Failed or killed', 's5'],
] as const

/** Energy of each run by what came of it; undefined where nothing is known to have been in vain. */
export const wasteStack = ({ runs }: RunComparison): Chart | undefined => {
  const rows = runs.flatMap((run, i): StackRow[] => {
    const use = energyUse(run)
    return use
      ? [
          rowOf(
            run,
            i + 1,
            USES.map(([part]) => use[part]),
          ),
        ]
      : []
  })
  if (!rows.some(({ values }) => values.some((value, part) => part > 0 && value > 0))) return undefined
  return stackChart({
    id: 'run-waste',
    title: 'Energy by what came of it',
    caption:
      'As far as records show: epochs after the one with the best validation metric, runs whose parameters an earlier run already had, and runs that did not end well. Each joule is counted once.',
    parts: USES.map(([, name, color]) => ({ name, color })),
    rows,
    scale: energyScale(...runs.map(run => run.energy_kwh?.value)),
  })
}
