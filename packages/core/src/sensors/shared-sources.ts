/** Things that several sensors of one thread read, such as one stream of a command: opened once, closed by the last. */
export const sharedSources = <Source extends { close(): void }>() => {
  const open = new Map<string, { readonly source: Source; users: number }>()
  return {
    /** @throws what `create` throws. */
    acquire: (key: string, create: () => Source): { readonly source: Source; release(): void } => {
      const entry = open.get(key) ?? { source: create(), users: 0 }
      open.set(key, entry)
      entry.users++
      return {
        source: entry.source,
        release: () => {
          if (--entry.users > 0) return
          open.delete(key)
          entry.source.close()
        },
      }
    },
  }
}
