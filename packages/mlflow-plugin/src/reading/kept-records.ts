import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore, type RunRecord } from '@epochwatt/core'
import { importRuns } from '@epochwatt/core/import'
import type { Run } from 'mlflow-js-client'

/** Runs of one experiment that were read before, in a run store of their own. */
export interface KeptRecords {
  /** The record of a run that has not changed since. */
  find(run: Run): RunRecord | undefined
  keep(run: Run, record: RunRecord): void
  /** Writes down what is kept: once a page, so that a call that is broken off loses one page. */
  save(): void
  /** Removes what the experiment has no more. */
  prune(runs: ReadonlySet<string>): void
}

type Index = Record<string, { readonly version: string; readonly recordId: string }>

const readIndex = (path: string): Index => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Index
  } catch {
    return {}
  }
}

/** Changes whenever something of a run that matters here does. */
const versionOf = ({ info, data }: Run): string =>
  [info.status, info.endTime, data.tags['epochwatt.run_id'], data.metrics['energy/total_kwh']].join(' ')

export const openKeptRecords = (dir: string): KeptRecords => {
  const store = openStore(dir)
  const path = join(store.dir, 'mlflow-runs.json')
  const index = readIndex(path)
  const waiting: RunRecord[] = []
  return {
    find: run => {
      const entry = index[run.info.runId]
      if (!entry || entry.version !== versionOf(run)) return undefined
      try {
        return store.read(entry.recordId)
      } catch {
        return undefined
      }
    },
    keep: (run, record) => {
      // What goes on is read anew each time.
      if (run.info.endTime === undefined) return
      index[run.info.runId] = { version: versionOf(run), recordId: record.id }
      waiting.push(record)
    },
    save: () => {
      if (waiting.length === 0) return
      for (const { id } of waiting) rmSync(store.runDirectory(id), { recursive: true, force: true })
      importRuns(waiting.splice(0), store.dir)
      writeFileSync(path, JSON.stringify(index))
    },
    prune: runs => {
      for (const [runId, { recordId }] of Object.entries(index)) {
        if (runs.has(runId)) continue
        delete index[runId]
        rmSync(store.runDirectory(recordId), { recursive: true, force: true })
      }
      writeFileSync(path, JSON.stringify(index))
    },
  }
}
