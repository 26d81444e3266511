export interface PowerPoint {
  readonly t: number
  readonly mean: number
  readonly min: number
  readonly max: number
}

/**
 * At most `most` points: neighbours are merged into one with their mean, lowest minimum and highest maximum, so
 * that no extreme is lost however long the run.
 */
export const decimatePower = (points: readonly PowerPoint[], most: number): readonly PowerPoint[] => {
  if (points.length <= most) return points
  const merged: PowerPoint[] = []
  for (let i = 0; i < most; i++) {
    const group = points.slice(
      Math.floor((i * points.length) / most),
      Math.floor(((i + 1) * points.length) / most),
    )
    merged.push({
      t: (group[0]!.t + group.at(-1)!.t) / 2,
      mean: group.reduce((sum, point) => sum + point.mean, 0) / group.length,
      min: group.reduce((low, point) => Math.min(low, point.min), Number.POSITIVE_INFINITY),
      max: group.reduce((high, point) => Math.max(high, point.max), Number.NEGATIVE_INFINITY),
    })
  }
  return merged
}
