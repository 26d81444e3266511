import type { Equivalent } from '@epochwatt/core'
import { formatSignificant } from './number.js'

const SMALLER: Readonly<Record<string, readonly { readonly unit: string; readonly factor: number }[]>> = {
  km: [
    { unit: 'km', factor: 1 },
    { unit: 'm', factor: 1e3 },
    { unit: 'cm', factor: 1e5 },
    { unit: 'mm', factor: 1e6 },
  ],
  h: [
    { unit: 'h', factor: 1 },
    { unit: 'min', factor: 60 },
    { unit: 's', factor: 3600 },
  ],
}

/** `62 m`, from 0.0615 km: two digits, since a comparison carries the interval of the carbon it stands for. */
export const equivalentAmount = ({ value, unit }: Equivalent): string => {
  const steps = SMALLER[unit] ?? [{ unit, factor: 1 }]
  const step = steps.find(candidate => Math.abs(value) * candidate.factor >= 1) ?? steps[steps.length - 1]!
  return `${formatSignificant(value * step.factor, 2)} ${step.unit}`
}

/** Whose factor it is and of which year, which some publishers have in their title. */
export const equivalentSource = ({ source, year }: Equivalent): string =>
  source.includes(String(year)) ? source : `${source}, ${year}`
