import { EpochwattError } from '@epochwatt/core'
import { figureText, formatCarbon, formatQuantity, intervalText } from '../format/figure.js'
import type { DisclosedRuns } from './disclosed-runs.js'

/** What Hugging Face model cards know as `co2_eq_emissions.training_type`. */
export type TrainingType = 'pre-training' | 'fine-tuning'

const GRAMS = { unit: 'g', factor: 1 }

const sourceText = ({ runs, software, carbon, grids }: DisclosedRuns): string => {
  const tools = software.map(({ name, version }) => `${name} ${version}`)
  const figure = carbon.operational_g && formatQuantity(carbon.operational_g, GRAMS)
  const interval = figure && intervalText(figure)
  const finished = runs.by_status.finished ?? 0
  return [
    `${tools.length > 0 ? tools.join(' and ') : 'epochwatt'}: operational emissions of ${runs.all} run${runs.all === 1 ? '' : 's'}, ${finished} of them finished`,
    ...(carbon.unknown_runs > 0 ? [`emissions of ${carbon.unknown_runs} unknown and not in the figure`] : []),
    ...(interval ? [`90 % interval ${interval} g`] : []),
    ...(grids.some(({ kind }) => kind === 'residual') ? [] : ['location-based']),
    ...(grids.some(({ fallback }) => fallback)
      ? ['place unknown, so that the average of the world stands in: an order of magnitude at best']
      : []),
    carbon.embodied_g
      ? `embodied emissions of ${figureText(formatCarbon(carbon.embodied_g))} are not in it`
      : 'embodied emissions were not counted',
  ].join('; ')
}

/** JSON strings are YAML strings as well, once what YAML forbids in them is escaped too. */
const yamlString = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/**
 * The metadata block `co2_eq_emissions` of a Hugging Face model card. What nobody stated has no key.
 *
 * @throws EpochwattError `CARBON_UNKNOWN` where there is no sum of emissions.
 */
export const modelCardOf = (
  runs: DisclosedRuns,
  trainingType: TrainingType | undefined,
  geographicalLocation: string | undefined,
): string => {
  const { operational_g, reason = 'it is not in the records' } = runs.carbon
  if (!operational_g)
    throw new EpochwattError(
      'CARBON_UNKNOWN',
      `A model card needs one figure of emissions, and there is none: ${reason}.`,
    )
  const place = geographicalLocation ?? (runs.places.length > 0 ? runs.places.join('; ') : undefined)
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['emissions', formatQuantity(operational_g, GRAMS).value],
    ['source', yamlString(sourceText(runs))],
    ['training_type', trainingType && yamlString(trainingType)],
    ['geographical_location', place && yamlString(place)],
    ['hardware_used', runs.hardware.length > 0 ? yamlString(runs.hardware.join('; ')) : undefined],
  ]
  return [
    '---',
    'co2_eq_emissions:',
    ...fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`])),
    '---',
    '',
  ].join('\n')
}
