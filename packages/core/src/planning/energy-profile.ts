import type { RunRecord } from '../record/record.js'

/** A stretch of a run with its share of the run's energy. Power is even inside. */
export interface ProfilePiece {
  readonly fromS: number
  readonly toS: number
  /** 0 to 1; the pieces of a profile add up to 1. */
  readonly share: number
}

/** The same power from beginning to end. */
export const evenProfile = (seconds: number): readonly ProfilePiece[] => [
  { fromS: 0, toS: seconds, share: 1 },
]

/** When a recorded run used its energy, by the power series of its record; evenly where it has none. */
export const recordedProfile = ({ power, duration_s }: RunRecord): readonly ProfilePiece[] => {
  const { t_s, mean_w } = power
  // The record holds the middle of each step.
  const pieces = t_s.map((middle, index) => {
    const fromS = index === 0 ? 0 : (t_s[index - 1]! + middle) / 2
    const toS = index === t_s.length - 1 ? duration_s : (middle + t_s[index + 1]!) / 2
    return { fromS, toS, joules: Math.max(0, mean_w[index] ?? 0) * (toS - fromS) }
  })
  const joules = pieces.reduce((sum, piece) => sum + piece.joules, 0)
  if (joules <= 0) return evenProfile(duration_s)
  return pieces
    .filter(({ fromS, toS }) => toS > fromS)
    .map(({ fromS, toS, joules: own }) => ({ fromS, toS, share: own / joules }))
}

/** The same course of power over a longer or shorter time. */
export const stretchedProfile = (
  profile: readonly ProfilePiece[],
  seconds: number,
): readonly ProfilePiece[] => {
  const factor = seconds / (profile.at(-1)?.toS ?? seconds)
  return profile.map(({ fromS, toS, share }) => ({ fromS: fromS * factor, toS: toS * factor, share }))
}

/** Share of the profile's energy between two of its instants. */
export const shareBetween = (profile: readonly ProfilePiece[], fromS: number, toS: number): number =>
  profile.reduce((sum, piece) => {
    const inside = Math.min(toS, piece.toS) - Math.max(fromS, piece.fromS)
    return inside > 0 ? sum + (piece.share * inside) / (piece.toS - piece.fromS) : sum
  }, 0)
