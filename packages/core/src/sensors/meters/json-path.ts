/** `a.b[0]["c.d"]` → `a`, `b`, `0`, `c.d`; undefined for a path that cannot be. */
export const parseJsonPath = (path: string): readonly string[] | undefined => {
  const step = /\.?([^.[\]]+)|\[(\d+)\]|\["([^"]+)"\]/y
  const keys: string[] = []
  // The notation of JSONPath names the document itself first.
  const text = path.trim().replace(/^\$\.?/, '')
  while (step.lastIndex < text.length) {
    const match = step.exec(text)
    if (!match) return undefined
    keys.push(match[1] ?? match[2] ?? match[3]!)
  }
  return keys.length > 0 ? keys : undefined
}

/** What a document holds at a path; undefined where it holds nothing. */
export const valueAt = (document: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Record<string, unknown>)[key]
  }, document)

/** Some devices write numbers as text. NaN for anything else. */
export const numberAt = (document: unknown, keys: readonly string[]): number => {
  const value = valueAt(document, keys)
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}
