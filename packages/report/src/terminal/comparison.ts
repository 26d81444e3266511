import type { RunComparison } from '../compare/compare-runs.js'
import type { ComparedRun } from '../compare/compared-run.js'
import type { ComparedFigure, Verdict } from '../compare/verdict.js'
import { OUTCOME_TEXT, ratioText, standingNotes, standingText } from '../compare/wording.js'
import { formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric } from '../format/number.js'
import { carbonScale, energyScale } from '../format/scale.js'
import { formatDuration } from '../format/time.js'
import { TIER_MARK } from '../reading/wording.js'
import { paint } from './ansi.js'
import { type TerminalOptions, widthOf } from './options.js'
import { printable } from './printable.js'
import { type Column, droppedLines, tableLines } from './table.js'
import { truncate, wrap } from './width.js'

const LONGEST_NAME = 24

const figureTable = (comparison: RunComparison, width: number) => {
  const { runs, metric, reference } = comparison
  const energy = energyScale(...runs.map(run => run.energy_kwh?.value))
  const perEpoch = energyScale(...runs.map(run => run.energy_per_epoch_kwh?.value))
  const carbon = carbonScale(...runs.map(run => run.operational_carbon_g?.value))
  const isMixed = runs.some(({ source }) => source !== runs[0]?.source)
  const columns: readonly Column[] = [
    { title: '', align: 'left' },
    { title: 'run', align: 'left' },
    { title: `energy ${energy.unit}`, align: 'decimal' },
    { title: '90 % interval', align: 'right' },
    { title: '', align: 'left' },
    { title: `${perEpoch.unit}/epoch`, align: 'decimal' },
    { title: carbon.unit, align: 'decimal' },
    { title: 'grid', align: 'left' },
    { title: metric === undefined ? '' : truncate(printable(metric), 16), align: 'decimal' },
    { title: 'duration', align: 'right' },
    { title: 'standing', align: 'left' },
    { title: 'status', align: 'left' },
    { title: isMixed ? 'from' : '', align: 'left' },
    { title: 'id', align: 'left' },
  ]
  const cells = (run: ComparedRun): readonly string[] => {
    const figure = run.energy_kwh && formatEnergy(run.energy_kwh, energy)
    return [
      run.id === reference ? '*' : ' ',
      truncate(printable(run.name), LONGEST_NAME),
      figure?.value ?? 'unknown',
      (figure && intervalText(figure)) ?? '',
      run.energy_kwh ? TIER_MARK[run.energy_kwh.tier] : '',
      run.energy_per_epoch_kwh ? formatEnergy(run.energy_per_epoch_kwh, perEpoch).value : '',
      run.operational_carbon_g ? formatCarbon(run.operational_carbon_g, carbon).value : 'unknown',
      `${printable(run.grid.zone)}${run.grid.fallback ? ' !' : ''}`,
      run.metric === undefined ? '' : formatMetric(run.metric),
      formatDuration(run.duration_s),
      standingText(run),
      run.status,
      isMixed ? truncate(printable(run.source ?? ''), LONGEST_NAME) : '',
      printable(run.id),
    ]
  }
  return tableLines(columns, runs.map(cells), width)
}

const FIGURES: readonly { readonly figure: ComparedFigure; readonly title: string }[] = [
  { figure: 'energy', title: 'energy' },
  { figure: 'energy_per_epoch', title: 'energy per epoch' },
  { figure: 'carbon', title: 'operational carbon' },
]

/** Two lines a run, outcomes and below them ratios: beside each other they would not fit a terminal. */
const verdictTable = (comparison: RunComparison, width: number) => {
  const { runs, verdicts, reference } = comparison
  const verdictOf = new Map(verdicts.map(verdict => [`${verdict.figure} ${verdict.run}`, verdict]))
  const of = (run: ComparedRun): readonly Verdict[] =>
    FIGURES.map(({ figure }) => verdictOf.get(`${figure} ${run.id}`)!)
  return tableLines(
    [
      { title: 'against *', align: 'left' },
      ...FIGURES.map(({ title }): Column => ({ title, align: 'left' })),
    ],
    runs
      .filter(run => run.id !== reference)
      .flatMap(run => [
        [truncate(printable(run.name), LONGEST_NAME), ...of(run).map(({ outcome }) => OUTCOME_TEXT[outcome])],
        ['', ...of(run).map(ratioText)],
      ])
      .filter(cells => cells.some(cell => cell !== '')),
    width,
  )
}

/**
 * Runs beside each other for a terminal: figures, what may be said of their differences, and what makes the
 * comparison unfair.
 *
 * @example
 * console.log(renderTerminalComparison(compareRuns(records), { width: process.stdout.columns }))
 */
export const renderTerminalComparison = (
  comparison: RunComparison,
  options: TerminalOptions = {},
): string => {
  const width = widthOf(options)
  const { faint, strong, loud } = paint(options.color ?? false)
  if (comparison.runs.length === 0) return 'No runs to compare.\n'
  const figures = figureTable(comparison, width)
  const verdicts = verdictTable(comparison, width)
  return [
    faint(figures.header),
    ...figures.body,
    ...droppedLines(figures.dropped, width).map(faint),
    ...standingNotes(comparison)
      .flatMap(note => wrap(printable(note), width))
      .map(faint),
    ...(verdicts.body.length > 0
      ? [
          '',
          faint(verdicts.header),
          ...verdicts.body,
          ...droppedLines(verdicts.dropped, width).map(faint),
          '',
          ...wrap(
            'A difference is called only where the intervals do not overlap. Ratios are run over reference (*), with the bounds of their worst pairing.',
            width,
          ).map(faint),
        ]
      : []),
    ...(comparison.cautions.length > 0 ? ['', strong('To be weighed')] : []),
    ...comparison.cautions.flatMap(({ message }) =>
      wrap(printable(message), width - 3).map((line, i) => loud(`${i === 0 ? '! ' : '  '} ${line}`)),
    ),
    '',
  ].join('\n')
}
