const ESCAPED = /[.+^${}()|[\]\\]/g

/** A pattern of `*` (within a folder), `**` (across folders) and `?` as a regular expression over `/` paths. */
export const globToRegExp = (pattern: string): RegExp => {
  const source = pattern
    .replace(ESCAPED, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, token =>
      token === '**/' ? '(?:.*/)?' : token === '**' ? '.*' : token === '*' ? '[^/]*' : '[^/]',
    )
  return new RegExp(`^${source}$`)
}
