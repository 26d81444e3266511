import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseRecord, type RunRecord } from '@epochwatt/core'
import {
  findRunFiles,
  type JsonValue,
  parseExtended,
  readRecords,
  type WandbRecord,
} from 'wandb-node-sdk-shim'
import { collectRuns, type JsonRow, type LoggedRun, NO_ENERGY, type WandbRuns } from './logged-run.js'
import { EPOCH_ENERGY, recordOfFigures } from './record-of-figures.js'

type Body = WandbRecord['recordType']
type Items = readonly { key: string; nestedKey: string[]; valueJson: string }[]

const setAt = (into: Record<string, JsonValue>, path: readonly string[], value: JsonValue): void => {
  const [label, ...rest] = path
  if (label === undefined) return
  if (rest.length === 0) {
    into[label] = value
    return
  }
  const next = into[label]
  const branch = typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {}
  into[label] = branch
  setAt(branch, rest, value)
}

const takeItems = (into: Record<string, JsonValue>, items: Items): void => {
  for (const { key, nestedKey, valueJson } of items) {
    setAt(into, nestedKey.length > 0 ? nestedKey : [key], parseExtended(valueJson))
  }
}

const rowOf = (items: Items): JsonRow => {
  const row: Record<string, JsonValue> = {}
  takeItems(row, items)
  return row
}

/** What a file's records add up to, as far as figures of ours go. */
const foldFile = (path: string) => {
  const config: Record<string, JsonValue> = {}
  const summary: Record<string, JsonValue> = {}
  const rows: JsonRow[] = []
  let run: Extract<Body, { case: 'run' }>['value'] | undefined
  let exitCode: number | undefined
  let copy: string | undefined
  for (const { recordType } of readRecords(path)) {
    switch (recordType.case) {
      case 'run':
        run = recordType.value
        takeItems(config, run.config?.update ?? [])
        break
      case 'config':
        takeItems(config, recordType.value.update)
        break
      case 'summary':
        takeItems(summary, recordType.value.update)
        for (const { key } of recordType.value.remove) delete summary[key]
        break
      case 'history': {
        const row = rowOf(recordType.value.item)
        if (EPOCH_ENERGY in row) rows.push(row)
        break
      }
      case 'artifact':
        if (recordType.value.type === 'energy-report') {
          copy = recordType.value.manifest?.contents.find(file => file.path === 'record.json')?.localPath
        }
        break
      case 'exit':
        exitCode = recordType.value.exitCode
        break
    }
  }
  return { run, config, summary, rows, exitCode, copy }
}

/** The copy is gone once it is uploaded; it may have been moved with the run's directory. */
const recordAt = (path: string, copy: string | undefined): RunRecord | undefined => {
  if (!copy) return undefined
  const found = [copy, join(dirname(path), 'artifacts', basename(copy))].find(existsSync)
  if (found === undefined) return undefined
  try {
    return parseRecord(JSON.parse(readFileSync(found, 'utf8')), found)
  } catch {
    return undefined
  }
}

const loggedRun = ({ run, config, summary, rows, exitCode }: ReturnType<typeof foldFile>): LoggedRun => {
  const { seconds = 0n, nanos = 0 } = run?.startTime ?? {}
  const last = rows.at(-1)?._runtime
  const runtime = typeof summary._runtime === 'number' ? summary._runtime : last
  return {
    id: run?.runId ?? '',
    name: run?.displayName || run?.runId || '',
    project: run?.project || 'uncategorized',
    // A file without an end is a run that was killed, or goes on: nothing in it tells which.
    status: exitCode === undefined ? 'killed' : exitCode === 0 ? 'finished' : 'failed',
    startedAt: new Date(Number(seconds) * 1000 + nanos / 1e6),
    durationSeconds: typeof runtime === 'number' ? Math.max(0, runtime) : 0,
    config,
    summary,
    rows,
  }
}

/**
 * Records of runs in local `.wandb` files, uploaded or not: the exporter's own record where its copy is still there,
 * else put together from rows, summary and config.
 *
 * @param path a run's directory, its `.wandb` file, or a `wandb` folder with the directories of runs.
 * @throws WandbError `USAGE` if there is no run.
 * @example
 * const { records, leftOut } = readWandbFiles('wandb')
 */
export const readWandbFiles = (path: string): WandbRuns => {
  const runs = collectRuns()
  for (const file of findRunFiles(path)) {
    try {
      const folded = foldFile(file)
      const run = loggedRun(folded)
      runs.add(run, recordAt(file, folded.copy) ?? recordOfFigures(run) ?? NO_ENERGY)
    } catch (error) {
      // One broken file is no reason to leave out the others.
      runs.add({ id: file, name: basename(file) }, error instanceof Error ? error.message : String(error))
    }
  }
  return runs.result()
}
