import type { RunRecord } from '@epochwatt/core'
import type { JsonValue } from 'wandb-node-sdk-shim'

export type JsonRow = Readonly<Record<string, JsonValue>>

/** What a W&B run holds, wherever it was read. */
export interface LoggedRun {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunRecord['status']
  readonly startedAt: Date
  readonly durationSeconds: number
  readonly config: JsonRow
  readonly summary: JsonRow
  /** Rows of the history that have figures of ours, in order. */
  readonly rows: readonly JsonRow[]
}

/** Records that were read, and runs of which there is none, each with why. */
export interface WandbRuns {
  /** Oldest first; a record that was logged to two runs is there once. */
  readonly records: readonly RunRecord[]
  readonly leftOut: readonly { readonly run: string; readonly name: string; readonly reason: string }[]
}

export const NO_ENERGY = 'it logged no energy of ours'

/** Puts together what single runs gave: a record, or why there is none. */
export const collectRuns = () => {
  const records = new Map<string, RunRecord>()
  const leftOut: { run: string; name: string; reason: string }[] = []
  return {
    add: (run: { readonly id: string; readonly name: string }, outcome: RunRecord | string): void => {
      if (typeof outcome === 'string') leftOut.push({ run: run.id, name: run.name, reason: outcome })
      else records.set(outcome.id, outcome)
    },
    result: (): WandbRuns => ({
      records: [...records.values()].sort((a, b) => a.started_at.localeCompare(b.started_at)),
      leftOut,
    }),
  }
}
