import type { CourseIntegral } from './course-integral.js'

/** Rounding of hours to milliseconds. */
export const WHOLE = 1 - 1e-9

/** Possible starts: the first instant, and multiples of the step after it. */
export const startsBetween = (firstMs: number, lastMs: number, stepMs: number): number[] => {
  const starts = [firstMs]
  for (let at = Math.ceil((firstMs + 1) / stepMs) * stepMs; at <= lastMs; at += stepMs) starts.push(at)
  return starts
}

export interface Slot {
  readonly fromMs: number
  readonly toMs: number
  readonly gramsPerKwh: number
}

/** The cleanest slots that together are long enough, in order of time, neighbours joined; the dearest is cut. */
export const cleanestSlots = (
  integral: CourseIntegral,
  durationMs: number,
  firstMs: number,
  lastMs: number,
  stepMs: number,
): readonly Slot[] | undefined => {
  const edges = [...startsBetween(firstMs, lastMs - 1, stepMs), lastMs]
  const slots = edges.slice(1).flatMap((toMs, index): Slot[] => {
    const fromMs = edges[index]!
    const { gramsPerKwh, covered } = integral.mean(fromMs, toMs)
    return covered >= WHOLE ? [{ fromMs, toMs, gramsPerKwh }] : []
  })
  let missing = durationMs
  const taken: Slot[] = []
  for (const slot of slots.toSorted((a, b) => a.gramsPerKwh - b.gramsPerKwh || a.fromMs - b.fromMs)) {
    if (missing <= 0) break
    const toMs = Math.min(slot.toMs, slot.fromMs + missing)
    taken.push({ ...slot, toMs })
    missing -= toMs - slot.fromMs
  }
  if (missing > 1) return undefined
  const joined: Slot[] = []
  for (const slot of taken.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1)
    if (last?.toMs !== slot.fromMs) joined.push(slot)
    else {
      const { gramsPerKwh } = integral.mean(last.fromMs, slot.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: slot.toMs, gramsPerKwh }
    }
  }
  return joined
}
