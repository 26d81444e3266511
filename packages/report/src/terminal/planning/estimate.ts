import type { Assumption, Estimate } from '@epochwatt/core/planning'
import { equivalentAmount, equivalentSource } from '../../format/equivalent.js'
import { formatEnergy, formatQuantity } from '../../format/figure.js'
import { powerScale } from '../../format/scale.js'
import { type Paint, paint } from '../ansi.js'
import { headed, labelled } from '../labelled.js'
import { type TerminalOptions, widthOf } from '../options.js'
import { carbonText, gridText, quantityText } from './figures.js'

/** How an estimate is shown. */
export interface TerminalEstimateOptions extends TerminalOptions {
  /** How the caller writes an option of `estimate`, e.g. `--cpu-usage` for `cpuUsage`. */
  readonly nameOf?: (option: string) => string
}

const powerText = (power: Estimate['power_w']): string =>
  quantityText(formatQuantity(power, powerScale(power.value || power.high)), power)

const valueText = ({ value, unit }: Assumption): string =>
  [typeof value === 'number' ? String(Number(value.toPrecision(4))) : value, ...(unit ? [unit] : [])].join(
    ' ',
  )

const carbonLines = (
  { carbon, energy, power_w }: Estimate,
  width: number,
  style: Paint,
): readonly string[] => [
  ...labelled('Power', powerText(power_w), width, style),
  ...labelled('Energy', quantityText(formatEnergy(energy.facility_kwh), energy.facility_kwh), width, style),
  ...labelled('Carbon', carbonText(carbon.operational_g), width, style),
  ...labelled('Hardware', carbon.embodied_g ? carbonText(carbon.embodied_g) : 'not counted', width, style),
  ...(carbon.embodied_g ? labelled('', carbon.embodied_g.method, width, style) : []),
  ...(carbon.reason ? labelled('', carbon.reason, width, style) : []),
]

const fallback =
  'THE PLACE IS NOT KNOWN: the average of the world stands in and may be off by a factor of five'

const surroundingLines = (
  { grid, pue, hours, repeats }: Estimate,
  width: number,
  style: Paint,
): readonly string[] => [
  ...labelled('Time', `${hours} h${repeats === 1 ? '' : ` × ${repeats}`}`, width, style),
  ...labelled(
    'Building',
    `PUE ${pue.value} (${pue.source}), in power, energy and carbon above`,
    width,
    style,
  ),
  ...labelled('Grid', gridText(grid), width, style),
  ...(grid.fallback ? labelled('', fallback, width, style).map(style.loud) : []),
]

const partLines = ({ components }: Estimate, width: number, style: Paint): readonly string[] =>
  Object.entries(components).flatMap(([name, { power_w, reason }]) =>
    labelled(name, power_w ? powerText(power_w) : `not counted: ${reason}`, width, style),
  )

const assumptionLines = (
  assumptions: readonly Assumption[],
  nameOf: (option: string) => string,
  width: number,
  style: Paint,
): readonly string[] => {
  const labelWidth = Math.max(...assumptions.map(({ option }) => nameOf(option).length)) + 2
  return assumptions.flatMap(assumption =>
    labelled(
      nameOf(assumption.option),
      `${valueText(assumption)}: ${assumption.source}`,
      width,
      style,
      labelWidth,
    ),
  )
}

/**
 * An estimate for a terminal: figures, what they are made of, and everything that nobody stated.
 *
 * @example
 * console.log(renderTerminalEstimate(estimate({ hours: 24, gpu: 'RTX 4090', country: 'FR' })))
 */
export const renderTerminalEstimate = (estimate: Estimate, options: TerminalEstimateOptions = {}): string => {
  const width = widthOf(options)
  const style = paint(options.color ?? false)
  const { assumptions, equivalents } = estimate
  const nameOf = options.nameOf ?? (option => option)
  return [
    ...carbonLines(estimate, width, style),
    '',
    ...surroundingLines(estimate, width, style),
    ...headed('Parts, without the building', partLines(estimate, width, style), style),
    ...headed(
      'Not stated, so assumed',
      assumptions.length > 0 ? assumptionLines(assumptions, nameOf, width, style) : [],
      style,
    ),
    ...headed(
      'About as much as',
      equivalents
        .slice(0, 2)
        .flatMap(equivalent =>
          labelled(
            equivalentAmount(equivalent),
            `${equivalent.description} (${equivalentSource(equivalent)})`,
            width,
            style,
          ),
        ),
      style,
    ),
    '',
  ].join('\n')
}
