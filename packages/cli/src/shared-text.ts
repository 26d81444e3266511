/**
 * Quantities of thousands of runs differ in their numbers and share their words: how a figure was made is the same
 * sentence in most of them. Written once and referred to, they take a third of the space, on disk and in memory.
 */
interface Packed {
  readonly q: readonly [value: number, low: number, high: number, words: number]
}

interface Numbers {
  readonly value: number
  readonly low: number
  readonly high: number
}

const isNumbers = (node: object): node is Numbers =>
  (['value', 'low', 'high'] as const).every(key => typeof (node as Partial<Numbers>)[key] === 'number')

const isPacked = (node: object): node is Packed => {
  const { q } = node as Partial<Packed>
  return Array.isArray(q) && q.length === 4
}

/** Replaces the words of quantities by their place in `words`, which grows. */
export const packWords = (node: unknown, words: Map<string, number>): unknown => {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(each => packWords(each, words))
  if (!isNumbers(node))
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, packWords(inner, words)]))
  const { value, low, high, ...rest } = node
  const text = JSON.stringify(rest)
  const place = words.get(text) ?? words.size
  words.set(text, place)
  return { q: [value, low, high, place] } satisfies Packed
}

/**
 * The other way round, in place: thousands of trees are not copied. Words that are missing leave a quantity without
 * any.
 */
export const unpackWords = (node: object, words: readonly object[]): void => {
  const tree = node as Record<string, unknown>
  for (const key in tree) {
    const inner = tree[key]
    if (typeof inner !== 'object' || inner === null) continue
    if (isPacked(inner)) {
      const [value, low, high, place] = inner.q
      tree[key] = { value, low, high, ...words[place] }
    } else unpackWords(inner, words)
  }
}
