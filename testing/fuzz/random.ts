/**
 * A whole number from 0 to `below` - 1. From a generator with a seed, so that a case that failed can be made again.
 */
export type Random = (below: number) => number

/** xorshift32. */
export const randomFrom = (seed: number): Random => {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return below => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)]!
