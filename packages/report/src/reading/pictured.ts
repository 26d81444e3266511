import { type Equivalent, equivalents } from '@epochwatt/core'
import { equivalentAmount } from '../format/equivalent.js'

/** Less than this of anything is no picture. */
const SMALLEST = 0.01

/** Equivalents that help to picture an amount of carbon: `0.0004 charges of a smartphone` does not. */
export const pictured = (grams: number): readonly Equivalent[] => {
  const all = equivalents(grams)
  const vivid = all.filter(equivalent => Number.parseFloat(equivalentAmount(equivalent)) >= SMALLEST)
  return vivid.length > 0 ? vivid : all.slice(0, 1)
}
