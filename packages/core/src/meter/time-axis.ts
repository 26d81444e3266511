/** Index of the last time at or before `time` in an ascending axis; -1 before the first. */
export const lastIndexAt = (times: ArrayLike<number>, time: number): number => {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Value of a column at `time`, linear between points, flat outside. `index` is that of `lastIndexAt`. */
export const valueAt = (
  times: readonly number[],
  column: readonly number[],
  time: number,
  index: number,
): number => {
  if (index < 0) return column[0] ?? 0
  if (index + 1 >= times.length) return column[index]!
  const from = times[index]!
  const share = (time - from) / (times[index + 1]! - from)
  return column[index]! + (column[index + 1]! - column[index]!) * share
}

/** Seconds of a span that lie before the first or after the last point of an axis. */
export const secondsOutside = (times: readonly number[], from: number, to: number): number => {
  const first = times[0]
  const last = times.at(-1)
  if (first === undefined || last === undefined) return Math.max(0, to - from) / 1e9
  return (Math.max(0, Math.min(to, first) - from) + Math.max(0, to - Math.max(from, last))) / 1e9
}
