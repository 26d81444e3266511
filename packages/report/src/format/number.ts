import { powerScale, type Scale } from './scale.js'

/** A number to so many significant digits, without exponent where it can be read without one. */
export const formatSignificant = (value: number, digits: number): string => {
  if (!Number.isFinite(value)) return 'not a number'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e7 || size < 1e-4) return value.toExponential(digits - 1).replace('e+', 'e')
  const leading = Math.floor(Math.log10(size))
  const place = leading - digits + 1
  return (Math.round(value / 10 ** place) * 10 ** place).toFixed(Math.max(0, -place))
}

/** The user's own number, such as a loss: four significant digits, integers whole. */
export const formatMetric = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e7 ? String(value) : formatSignificant(value, 4)

/**
 * A power whose number is watts: three significant digits.
 *
 * @example
 * formatPower(31.44) // '31.4 W'
 */
export const formatPower = (watts: number, scale: Scale = powerScale(watts)): string =>
  `${formatSignificant(watts * scale.factor, 3)} ${scale.unit}`

/** A share from 0 to 1 in per cent. What is not all is not shown as 100 %, and what is not nothing not as 0 %. */
export const formatShare = (share: number): string => {
  const percent = share * 100
  if (percent > 0 && percent < 1) return '< 1 %'
  if (percent > 99 && percent < 100) return '> 99 %'
  return `${Math.round(percent)} %`
}

/** A factor with a source of its own, such as a grid intensity or a PUE: three significant digits at most. */
export const formatFactor = (value: number): string => String(Number(value.toPrecision(3)))
