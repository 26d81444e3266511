import { closest } from '../options/closest.js'

/** Up to three candidates that a word that is none of them may have meant: the nearest in spelling, then those that contain it. */
export const closeMatches = (word: string, candidates: readonly string[]): readonly string[] => {
  const lower = word.trim().toLowerCase()
  if (lower === '') return []
  const nearest = closest(lower, candidates)
  const containing = candidates.filter(candidate => candidate.toLowerCase().includes(lower))
  return [...new Set([...(nearest === undefined ? [] : [nearest]), ...containing])].slice(0, 3)
}

/** The matches as the end of a message, or nothing. */
export const didYouMean = (matches: readonly string[]): string =>
  matches.length === 0 ? '' : ` (did you mean ${matches.map(match => `"${match}"`).join(' or ')}?)`
