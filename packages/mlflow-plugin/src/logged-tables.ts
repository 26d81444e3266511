interface Listed {
  readonly path: string
  readonly type: string
}

/** The tag by which MLflow knows of tables, with one more path in it. */
export const withTable = (tag: string | undefined, path: string): string => {
  let listed: Listed[] = []
  try {
    const parsed: unknown = JSON.parse(tag ?? '[]')
    if (Array.isArray(parsed)) listed = parsed as Listed[]
  } catch {
    // Not JSON: of no use to MLflow either.
  }
  return JSON.stringify([...listed.filter(entry => entry.path !== path), { path, type: 'table' }])
}
