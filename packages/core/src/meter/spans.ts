/** A stretch of the run: nanoseconds since it began. */
export type Span = readonly [from: number, to: number]

/** The same time without overlaps, in order. */
export const unionOf = (spans: readonly Span[]): Span[] => {
  const union: [number, number][] = []
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = union.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else if (to > from) union.push([from, to])
  }
  return union
}

/** What a union of spans leaves of 0 … `end`. */
export const complementOf = (spans: readonly Span[], end: number): Span[] => {
  const rest: Span[] = []
  let at = 0
  for (const [from, to] of unionOf(spans)) {
    if (from > at) rest.push([at, Math.min(from, end)])
    at = Math.max(at, to)
  }
  if (at < end) rest.push([at, end])
  return rest
}

/** Seconds in all. */
export const secondsOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, [from, to]) => sum + (to - from) / 1e9, 0)
