import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { printable } from '../terminal/printable.js'
import { bibtexOf } from './bibtex.js'
import { BOAMPS_DATA_TYPES, BOAMPS_INFRASTRUCTURES, type BoampsFacts, boampsOf } from './boamps.js'
import { disclosedRuns } from './disclosed-runs.js'
import type { FunctionalUnit } from './functional-unit.js'
import { latexOf } from './latex.js'
import { markdownOf } from './markdown.js'
import { modelCardOf, type TrainingType } from './model-card.js'
import { sciOf } from './sci.js'
import { sciScore } from './sci-score.js'
import { statementOf } from './statement.js'

/** What `disclose` can write. */
export const DISCLOSURE_FORMATS = [
  'markdown',
  'latex',
  'bibtex',
  'modelcard',
  'sci',
  'boamps',
  'json',
] as const

/** One of `DISCLOSURE_FORMATS`. */
export type DisclosureFormat = (typeof DISCLOSURE_FORMATS)[number]

/** The form of a disclosure, and what the authors must add because no record knows it. */
export interface DiscloseOptions {
  readonly format: DisclosureFormat
  /** What an SCI score is per (`sci`, `json`). Default: `run`. */
  readonly functionalUnit?: FunctionalUnit
  /** For `modelcard`: records do not know it. */
  readonly trainingType?: TrainingType
  /** For `modelcard`, instead of what the records say, e.g. `Quebec, Canada`. */
  readonly geographicalLocation?: string
  /** For `boamps`: what its report asks for and records do not know. */
  readonly boamps?: BoampsFacts
  /** What the authors state about offsets (`markdown`, `latex`, `json`). It stands apart and changes no figure. */
  readonly offsets?: string
}

const TRAINING_TYPES: readonly unknown[] = ['pre-training', 'fine-tuning']

const optionError = (option: string, value: unknown, accepted: string): EpochwattError =>
  new EpochwattError(
    'OPTION_INVALID',
    `Option "${option}" is ${JSON.stringify(value)}; accepted: ${accepted}.`,
  )

const checkBoamps = ({ dataType, infraType }: BoampsFacts): void => {
  if (dataType !== undefined && !BOAMPS_DATA_TYPES.includes(dataType))
    throw optionError('dataType', dataType, BOAMPS_DATA_TYPES.join(', '))
  if (infraType !== undefined && !BOAMPS_INFRASTRUCTURES.includes(infraType))
    throw optionError('infraType', infraType, BOAMPS_INFRASTRUCTURES.join(', '))
}

const checkOptions = ({ format, trainingType, boamps }: DiscloseOptions): void => {
  if (boamps) checkBoamps(boamps)

  if (!DISCLOSURE_FORMATS.includes(format)) throw optionError('format', format, DISCLOSURE_FORMATS.join(', '))
  if (trainingType !== undefined && !TRAINING_TYPES.includes(trainingType))
    throw optionError('trainingType', trainingType, TRAINING_TYPES.join(', '))
}

/** Records may hold any text; controls of terminals and of the direction of writing are no part of a publication. */
const cleaned = <Value>(value: Value): Value => {
  if (typeof value === 'string') return printable(value) as Value
  if (Array.isArray(value)) return value.map(cleaned) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner)])) as Value
}

const cleanedFacts = ({ publishedAt, ...facts }: BoampsFacts = {}): BoampsFacts => ({
  ...cleaned(facts),
  ...(publishedAt && { publishedAt }),
})

/**
 * Energy and carbon of runs for publication. Figures are sums over all the records given, of failed and discarded runs
 * too: give all runs of a project, not the best one.
 *
 * - `markdown`, `latex`: a statement of methods and a table for a paper. The LaTeX needs no package.
 * - `bibtex`: an entry for the software.
 * - `modelcard`: metadata `co2_eq_emissions` of a Hugging Face model card.
 * - `sci`: a score by ISO/IEC 21031:2024, SCI = ((E × I) + M) per R.
 * - `boamps`: a report in the form of Boavizta's BoAmps.
 * - `json`: all of it as data, with all digits.
 *
 * @throws EpochwattError `OPTION_INVALID`; `NOTHING_TO_DISCLOSE` without records; `CARBON_UNKNOWN` (`modelcard`) and
 * `SCI_INCOMPLETE` (`sci`), `OPTION_MISSING`, `ENERGY_UNKNOWN` and `HARDWARE_UNKNOWN` (`boamps`) where the records do not hold what the format needs.
 * @example
 * writeFileSync('energy.tex', disclose(openStore().list().records, { format: 'latex' }))
 */
export const disclose = (records: readonly RunRecord[], options: DiscloseOptions): string => {
  checkOptions(options)
  if (records.length === 0)
    throw new EpochwattError(
      'NOTHING_TO_DISCLOSE',
      'There are no runs to disclose; `epochwatt list` shows what is there.',
    )
  const runs = cleaned(disclosedRuns(records))
  const { format, functionalUnit = 'run' } = options
  const offsets = options.offsets === undefined ? undefined : printable(options.offsets)
  switch (format) {
    case 'markdown':
      return markdownOf(statementOf(runs, offsets))
    case 'latex':
      return latexOf(statementOf(runs, offsets))
    case 'bibtex':
      return bibtexOf(runs)
    case 'modelcard':
      return modelCardOf(runs, options.trainingType, cleaned(options.geographicalLocation))
    case 'sci': {
      const score = cleaned(sciScore(runs, records, functionalUnit))
      if (!('score_g' in score))
        throw new EpochwattError('SCI_INCOMPLETE', `There is no SCI score of these runs: ${score.reason}.`)
      return sciOf(score)
    }
    case 'boamps':
      return boampsOf(runs, cleaned(records), cleanedFacts(options.boamps))
    case 'json':
      return `${JSON.stringify(
        {
          schema: 'epochwatt.disclosure/1',
          ...runs,
          sci: cleaned(sciScore(runs, records, functionalUnit)),
          ...(offsets !== undefined && { offsets }),
        },
        undefined,
        2,
      )}\n`
  }
}
