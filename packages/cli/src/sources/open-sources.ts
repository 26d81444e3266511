import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { openStore } from '@epochwatt/core'
import type { Call, OptionSpec } from '../command.js'
import type { Console } from '../console.js'
import { fileSource, isRunFile } from './file-source.js'
import { MLFLOW_OPTIONS, mlflowSource } from './mlflow-source.js'
import type { RunSource } from './run-source.js'
import { WANDB_OPTIONS, wandbSource } from './wandb-source.js'

/** Options of commands that read runs from several places at once. */
export const SOURCE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...MLFLOW_OPTIONS,
  ...WANDB_OPTIONS,
  dir: {
    type: 'string',
    value: 'DIR',
    multiple: true,
    description: 'The run store (default: EPOCHWATT_DIR, else .epochwatt); may be repeated.',
  },
}

const storeSource = (dir: string | undefined): RunSource => {
  const store = openStore(dir)
  const path = dir ?? relative(process.cwd(), store.dir)
  // Pages are published: where somebody else's configuration keeps its runs is nobody's business.
  return { label: dir === undefined && path.startsWith('..') ? 'run store' : path, kind: 'store', store }
}

/**
 * Where a call reads runs from, in this order: stores, of which the default one is there where no other is named, files
 * among its arguments, trackers.
 *
 * @throws UsageError, and what reading from a file or tracker throws.
 */
export const openSources = async (
  call: Call,
  console: Console,
  command: string,
  given: readonly string[] = call.positionals,
): Promise<readonly RunSource[]> => {
  const dirs = call.texts('dir')
  for (const dir of dirs.length > 1 ? dirs : [])
    if (!existsSync(dir)) console.err(`epochwatt: there is no run store ${dir}.\n`)
  const mlflow = await mlflowSource(call, console, command)
  const wandb = await wandbSource(call, console)
  return [
    ...(dirs.length > 0 ? dirs : [undefined]).map(storeSource),
    ...given.filter(isRunFile).map(path => fileSource(path, console)),
    ...[mlflow, wandb].filter(source => source !== undefined),
  ]
}
