import { existsSync, writeFileSync } from 'node:fs'

/** The empty file beside a `.wandb` file by which W&B's tools, and this one, know that it is uploaded. */
const markOf = (logPath: string): string => `${logPath}.synced`

export const isSynced = (logPath: string): boolean => existsSync(markOf(logPath))

/** A convenience: where it cannot be written, a later sync finds out by asking the server. */
export const markSynced = (logPath: string): void => {
  try {
    writeFileSync(markOf(logPath), '')
  } catch {}
}
