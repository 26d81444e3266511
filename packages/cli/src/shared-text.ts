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

const mapped = (node: unknown, of: (node: object) => unknown): unknown => {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(each => mapped(each, of))
  const replaced = of(node)
  if (replaced !== undefined) return replaced
  const copy: Record<string, unknown> = {}
  for (const key in node) copy[key] = mapped((node as Record<string, unknown>)[key], of)
  return copy
}

/** Replaces the words of quantities by their place in `words`, which grows. */
export const packWords = (node: unknown, words: Map<string, number>): unknown =>
  mapped(node, object => {
    if (!isNumbers(object)) return undefined
    const { value, low, high, ...rest } = object
    const text = JSON.stringify(rest)
    const place = words.get(text) ?? words.size
    words.set(text, place)
    return { q: [value, low, high, place] } satisfies Packed
  })

/** The other way round; words that are missing leave a quantity without any. */
export const unpackWords = (node: unknown, words: readonly object[]): unknown =>
  mapped(node, object => {
    if (!isPacked(object)) return undefined
    const [value, low, high, place] = object.q
    return { value, low, high, ...words[place] }
  })
