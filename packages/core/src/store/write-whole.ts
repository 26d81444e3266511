import { renameSync, writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Writes a file so that a reader sees the old one or the new one, never half of it. */
export const writeWhole = (path: string, text: string): void => {
  const partial = `${path}.${process.pid}-${threadId}.partial`
  writeFileSync(partial, text, { mode: 0o600 })
  renameSync(partial, path)
}
