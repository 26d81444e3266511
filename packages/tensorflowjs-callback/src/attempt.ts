/** A model that is not compiled, or not built, throws when asked for some things: what cannot be known is left out. */
export const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
