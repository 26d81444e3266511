export type Warn = (code: string, message: string) => void

/** Says something on stderr, in the form of the platform's own warnings. For what no record can carry. */
export const warnUser: Warn = (code, message) => {
  // Also loaded in pages and workers, where there is no process.
  if (typeof process === 'object' && typeof process.emitWarning === 'function') {
    process.emitWarning(message, { type: 'EpochwattWarning', code: `EPOCHWATT_${code}` })
  } else {
    console.warn(`epochwatt: ${message}`)
  }
}

/** A `warnUser` that speaks once for each code. */
export const warnOnce = (): Warn => {
  const said = new Set<string>()
  return (code, message) => {
    if (said.has(code)) return
    said.add(code)
    warnUser(code, message)
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
