import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const pathIn = (rootDir: string) => join(rootDir, 'wandb', 'wandb-resume.json')

/** The id of the run that `resume: 'auto'` continues: the last one here that did not end well. */
export const recallRunId = (rootDir: string): string | undefined => {
  try {
    const memory = JSON.parse(readFileSync(pathIn(rootDir), 'utf8')) as { run_id?: unknown }
    return typeof memory.run_id === 'string' ? memory.run_id : undefined
  } catch {
    return undefined
  }
}

// Without the memory the next run is a new one; that is no reason to fail.

export const rememberRunId = (rootDir: string, runId: string): void => {
  try {
    mkdirSync(dirname(pathIn(rootDir)), { recursive: true })
    writeFileSync(pathIn(rootDir), JSON.stringify({ run_id: runId }))
  } catch {}
}

export const forgetRunId = (rootDir: string): void => {
  try {
    rmSync(pathIn(rootDir), { force: true })
  } catch {}
}
