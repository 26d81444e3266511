/** Edits between two words: insertions, deletions, replacements, and neighbours that changed places. */
const distance = (a: string, b: string): number => {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : replaced
      next.push(Math.min(replaced, swapped, next[j - 1]! + 1, row[j]! + 1))
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** ` Did you mean "report"?`, or nothing when no candidate is near. */
export const suggestion = (word: string, candidates: readonly string[]): string => {
  const ranked = candidates
    .map(candidate => ({ candidate, edits: distance(word, candidate) }))
    .sort((a, b) => a.edits - b.edits)
  const best = ranked[0]
  const most = Math.max(1, Math.floor(word.length / 3))
  return best && best.edits <= most ? ` Did you mean "${best.candidate}"?` : ''
}
