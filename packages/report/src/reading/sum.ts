import { addCorrelated, type Quantity } from '@epochwatt/core'

/**
 * Sum of figures of several runs; undefined where there is none. Bounds add up: runs share the errors of sensors,
 * models and factors, so that adding runs does not average them away.
 */
export const sumOfRuns = (
  quantities: readonly (Quantity | undefined)[],
  method: string,
): Quantity | undefined => {
  const [first, ...rest] = quantities.filter(quantity => quantity !== undefined)
  return first && { ...addCorrelated([first, ...rest], method), method }
}

/** Why carbon figures must not be added, if they must not: lifecycle and direct ones, say, count different things. */
export const mixedIntensities = (
  grids: readonly { readonly basis: string; readonly kind: string }[],
): string | undefined => {
  const mixed = (['basis', 'kind'] as const).flatMap(property => {
    const values = [...new Set(grids.map(grid => grid[property]))]
    return values.length > 1 ? [`${property} ${values.join(' and ')}`] : []
  })
  return mixed.length > 0
    ? `grid intensities are of different ${mixed.join('; ')}, which must not be added`
    : undefined
}
