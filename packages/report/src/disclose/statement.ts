import type { Component, Quantity, RunStatus, Scope } from '@epochwatt/core'
import { type Figure, figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatFactor, formatShare } from '../format/number.js'
import { formatDuration } from '../format/time.js'
import { howText, STATIC_POLICY_TEXT, sentence } from '../reading/wording.js'
import type { DisclosedGrid, DisclosedPue, DisclosedRuns } from './disclosed-runs.js'

/** What a paper says, as plain text: paragraphs, and the rows of one table. */
export interface Statement {
  readonly paragraphs: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const STATUS: Record<RunStatus, string> = {
  finished: 'finished',
  failed: 'failed',
  killed: 'killed',
  recovered: 'recovered after the process had died',
  running: 'still running',
}

const COMPONENT: Record<Component, string> = {
  cpu: 'processor',
  memory: 'memory',
  gpu: 'GPU',
  other: 'the rest of the machine',
}

const SCOPE: Record<Scope, string> = {
  process: 'the training process and its children',
  machine: 'the whole machine',
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `< 1 %` in words, since a sentence is no table. */
const shareText = (share: number): string =>
  formatShare(share).replace('<', 'less than').replace('>', 'more than')

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

const withInterval = (figure: Figure): string => {
  const interval = intervalText(figure)
  return `${figureText(figure)}${interval ? ` (90 % interval ${interval})` : ''}`
}

const energyText = (quantity: Quantity): string => withInterval(formatEnergy(quantity))
const carbonText = (quantity: Quantity): string => withInterval(formatCarbon(quantity))

/** In words or by number where runs differ: `3 of 5 runs`. */
const ofRuns = (count: number, { runs }: DisclosedRuns): string =>
  count === runs.all ? '' : ` (${count} of ${plural(runs.all, 'run')})`

const day = (iso: string): string => iso.slice(0, 10)

const periodText = ({ period }: DisclosedRuns): string => {
  if (!period) return ''
  const [from, to] = [day(period.from), day(period.to)]
  return from === to ? ` of ${from}` : ` from ${from} to ${to}`
}

const statusText = ({ by_status }: DisclosedRuns['runs']): string =>
  listed(
    (Object.keys(STATUS) as RunStatus[]).flatMap(status => {
      const count = by_status[status]
      return count ? [`${count} ${STATUS[status]}`] : []
    }),
  )

const runsParagraph = (disclosed: DisclosedRuns): string => {
  const { projects, runs, energy, software, methodologies } = disclosed
  const project = projects.length === 1 ? 'project' : 'projects'
  const names = listed(projects.map(name => `“${name}”`))
  const tools = software.map(({ name, version }) => `${name} ${version}`)
  const versions = methodologies.map(
    ({ version, data_version }) => `methodology ${version}, data ${data_version}`,
  )
  const { total_kwh, unfinished_kwh } = energy
  return [
    `The figures cover ${plural(runs.all, 'run')}${periodText(disclosed)} (${project} ${names}), recorded with ${listed(tools.length > 0 ? tools : ['epochwatt'])} (${versions.join('; ')}).`,
    `Runs count whether their result was used or not: ${statusText(runs)}.`,
    ...(total_kwh && unfinished_kwh && total_kwh.value > 0
      ? [`Those that did not finish used ${shareText(unfinished_kwh.value / total_kwh.value)} of the energy.`]
      : []),
    ...(energy.unknown_runs > 0
      ? [
          `The energy of ${plural(energy.unknown_runs, 'run')} is unknown and in no sum, so that the totals are too low.`,
        ]
      : []),
    'Work that was not recorded is not in them.',
  ].join(' ')
}

const energyParagraph = (disclosed: DisclosedRuns): string => {
  const { energy, duration_s, methods, scopes, static_policies, hardware } = disclosed
  const { total_kwh, measured_share } = energy
  if (!total_kwh) return 'The energy of these runs is unknown.'
  const share =
    measured_share === undefined
      ? ''
      : measured_share === 0
        ? ', none of it read from instruments'
        : `, ${shareText(measured_share)} of it read from instruments`
  const mixed = scopes.length > 1 ? ' These are not the same thing, and the sum covers both.' : ''
  return [
    `They used ${energyText(total_kwh)} of IT energy in ${formatDuration(duration_s)} of run time${share}.`,
    ...(hardware.length > 0 ? [`Hardware: ${hardware.join('; ')}.`] : []),
    `The energy is that of ${listed(scopes.map(scope => SCOPE[scope]))}; ${listed(static_policies.map(policy => STATIC_POLICY_TEXT[policy]))}.${mixed}`,
    ...(methods.length > 0
      ? [`It stands on: ${methods.map(({ tier, method }) => `${method} (${tier})`).join('; ')}.`]
      : []),
  ].join(' ')
}

const gridText = (grid: DisclosedGrid, disclosed: DisclosedRuns): string => {
  const { value, low, high } = grid.g_per_kwh
  const interval = low === high ? '' : ` (${formatFactor(low)} – ${formatFactor(high)})`
  const place = grid.fallback ? `${grid.zone}, for want of the place` : grid.zone
  const basis = grid.basis === 'unknown' ? 'unknown basis' : `${grid.basis} basis`
  return `${formatFactor(value)}${interval} gCO₂e/kWh (${place}; ${grid.source}${grid.year === undefined ? '' : `, ${grid.year}`}; ${basis}, ${grid.kind})${ofRuns(grid.runs, disclosed)}`
}

const pueText = (pue: DisclosedPue, disclosed: DisclosedRuns): string => {
  const interval = pue.low === pue.high ? '' : ` (${formatFactor(pue.low)} – ${formatFactor(pue.high)})`
  return `${formatFactor(pue.value)}${interval}, ${howText(pue.how)}: ${pue.source}${ofRuns(pue.runs, disclosed)}`
}

const carbonParagraph = (disclosed: DisclosedRuns): string => {
  const { carbon, energy, grids, pues, runs } = disclosed
  const { operational_g, embodied_g, total_g, reason } = carbon
  const marketBased = grids.some(({ kind }) => kind === 'residual')
  return [
    ...(energy.facility_kwh
      ? [
          `With the power usage effectiveness (PUE) of the building this is ${energyText(energy.facility_kwh)} of facility energy.`,
        ]
      : []),
    ...(pues.length > 0 ? [`PUE: ${pues.map(pue => pueText(pue, disclosed)).join('; ')}.`] : []),
    `Intensity of the electricity${marketBased ? '' : ' (location-based)'}: ${grids.map(grid => gridText(grid, disclosed)).join('; ')}.`,
    ...(operational_g ? [`Operational emissions are ${carbonText(operational_g)}.`] : []),
    ...(reason !== undefined ? [`Emissions are not summed: ${reason}.`] : []),
    ...(embodied_g
      ? [
          `Embodied emissions of the hardware, by share of time and of use, are ${carbonText(embodied_g)}${
            carbon.without_embodied_runs > 0
              ? `; of ${carbon.without_embodied_runs} of ${plural(runs.all, 'run')} they were not counted`
              : ''
          }.`,
        ]
      : ['Embodied emissions of the hardware were not counted.']),
    ...(embodied_g && total_g ? [`In total that is ${carbonText(total_g)}.`] : []),
    ...(grids.some(({ fallback }) => fallback)
      ? [
          'Where the place is unknown the average of the world stands in: emissions are an order of magnitude at best.',
        ]
      : []),
  ].join(' ')
}

/** Said of every run alike: see docs/methodology.md. */
const NEVER_COUNTED =
  'Network, storage elsewhere, displays, the making of the data and the work of people are not counted.'

const limitsParagraph = (disclosed: DisclosedRuns): string => {
  const { not_counted, warnings } = disclosed
  const recomputed = warnings.find(({ code }) => code === 'RECOMPUTED')
  const imported = warnings.find(({ code }) => code === 'IMPORTED')
  return [
    'Intervals are meant to hold the true value nine times in ten; those of runs were added up, since runs share their errors.',
    ...(not_counted.length > 0
      ? [
          `Without a figure: ${not_counted
            .map(
              ({ component, reason, runs }) =>
                `${COMPONENT[component]} (${reason.replace(/[.]$/, '')})${ofRuns(runs, disclosed)}`,
            )
            .join('; ')}.`,
        ]
      : []),
    NEVER_COUNTED,
    ...(imported ? [`${plural(imported.runs, 'run')} were recorded by another tool and imported.`] : []),
    ...(recomputed
      ? [
          `Emissions of ${plural(recomputed.runs, 'run')} were recomputed under assumptions other than those of the recording.`,
        ]
      : []),
  ].join(' ')
}

const row = (
  label: string,
  quantity: Quantity | undefined,
  format: (quantity: Quantity) => Figure,
): readonly (readonly string[])[] => {
  if (!quantity) return []
  const figure = format(quantity)
  return [[label, figureText(figure), intervalText(figure) ?? '', quantity.tier]]
}

const rowsOf = ({ runs, duration_s, energy, carbon }: DisclosedRuns): Statement['rows'] => {
  const finished = runs.by_status.finished ?? 0
  return [
    ['Runs, finished / all', `${finished} / ${runs.all}`, '', ''],
    ['Run time', formatDuration(duration_s), '', ''],
    ...row('IT energy', energy.total_kwh, formatEnergy),
    ...row('of which runs not finished', energy.unfinished_kwh, formatEnergy),
    ...row('Facility energy (with PUE)', energy.facility_kwh, formatEnergy),
    ...row('Operational emissions', carbon.operational_g, formatCarbon),
    ...row('Embodied emissions', carbon.embodied_g, formatCarbon),
    ...(carbon.embodied_g ? row('Total emissions', carbon.total_g, formatCarbon) : []),
  ]
}

/**
 * What a paper says about the runs. Offsets are a paragraph of their own, in the authors' words, and change no figure.
 */
export const statementOf = (disclosed: DisclosedRuns, offsets: string | undefined): Statement => ({
  paragraphs: [
    runsParagraph(disclosed),
    energyParagraph(disclosed),
    carbonParagraph(disclosed),
    limitsParagraph(disclosed),
    ...(offsets === undefined
      ? []
      : [
          `Offsets, as stated by the authors: ${sentence(offsets)} They are no part of the figures above and make none of them smaller.`,
        ]),
  ],
  columns: ['', 'Figure', '90 % interval', 'How known'],
  rows: rowsOf(disclosed),
})
