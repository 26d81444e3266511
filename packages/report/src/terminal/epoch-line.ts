import type { Quantity } from '@epochwatt/core'
import { figureText, formatCarbon, formatEnergy, intervalText } from '../format/figure.js'
import { formatMetric, formatPower } from '../format/number.js'
import { formatDuration } from '../format/time.js'
import { TIER_MARK } from '../reading/wording.js'
import { paint } from './ansi.js'
import { printable } from './printable.js'
import { pad, truncate } from './width.js'

/** What is known about an epoch when it ends: a window's figures, with its index and the user's numbers. */
export interface EpochLine {
  /** As it was logged, counted from 0. */
  readonly index: number
  /** How many epochs are planned; shown as progress. */
  readonly epochs?: number
  readonly durationSeconds: number
  readonly energyKwh?: Quantity
  readonly carbonGrams?: Quantity
  readonly meanPowerWatts?: number
  readonly metrics?: Readonly<Record<string, number>>
}

const energyCell = (kwh: Quantity | undefined): string => {
  if (!kwh) return 'energy unknown'
  const figure = formatEnergy(kwh)
  const interval = intervalText(figure)
  return `${TIER_MARK[kwh.tier]} ${figureText(figure)}${interval ? ` (${interval})` : ''}`
}

/**
 * One line for the end of an epoch: energy with its interval and tier, carbon, mean power, duration, metrics.
 *
 * @example
 * const epoch = tracker.window('epoch', { index: 0 })
 * epoch.end()
 * formatEpochLine({ index: 0, epochs: 5, ...epoch.figures(), metrics: { loss: 0.31 } })
 * // epoch 0 [1/5] ● 40.3 mWh (38.3 – 42.3)    1.8 mgCO₂e   31.4 W    4.62 s  loss 0.31
 */
export const formatEpochLine = (
  epoch: EpochLine,
  options: { readonly color?: boolean; readonly width?: number } = {},
): string => {
  const { strong, faint } = paint(options.color ?? false)
  const progress = epoch.epochs === undefined ? '' : `[${epoch.index + 1}/${epoch.epochs}]`
  const metrics = Object.entries(epoch.metrics ?? {})
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value]) => `${printable(name)} ${formatMetric(value)}`)
    .join('  ')
  const carbon = epoch.carbonGrams ? figureText(formatCarbon(epoch.carbonGrams)) : 'carbon unknown'
  const power = epoch.meanPowerWatts === undefined ? '' : formatPower(epoch.meanPowerWatts)
  const head = pad(['epoch', epoch.index, progress].filter(part => part !== '').join(' '), 14, 'left')
  const energy = pad(energyCell(epoch.energyKwh), 26, 'left')
  const rest = [
    pad(carbon, 12, 'right'),
    pad(power, 7, 'right'),
    pad(formatDuration(epoch.durationSeconds), 8, 'right'),
  ].join('  ')
  const line = `${head}${energy}${rest}${metrics ? `  ${metrics}` : ''}`
  const fitted = options.width === undefined ? line : truncate(line, options.width)
  // Painted after cutting, by position: an escape sequence must not be cut in two.
  return `${faint(fitted.slice(0, head.length))}${strong(fitted.slice(head.length, head.length + energy.length))}${fitted.slice(head.length + energy.length)}`
}
