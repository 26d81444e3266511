import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '@epochwatt/core'
import { importRuns } from '@epochwatt/core/import'
import type { Call, OptionSpec } from '../command.js'
import type { Console } from '../console.js'
import { loadPlugin } from '../load-plugin.js'
import { storeOf } from '../store-option.js'
import { memoryStore } from './memory-store.js'
import type { RunSource } from './run-source.js'
import { progressLine, tellLeftOut } from './tracker-runs.js'

/** `--wandb`, for commands that read runs from there as well. */
export const WANDB_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  wandb: {
    type: 'string',
    value: 'PROJECT|DIR',
    description:
      'Runs of a W&B project: entity/project, or a folder of .wandb files. Needs @epochwatt/wandb-plugin.',
  },
}

/**
 * The runs of the W&B project that a call names, or of local `.wandb` files where that is a path that is there. They are
 * kept beside the store, where a report of one of them is written.
 *
 * @throws EpochwattError `PLUGIN_MISSING`, and what the client throws.
 */
export const wandbSource = async (call: Call, console: Console): Promise<RunSource | undefined> => {
  const source = call.text('wandb')
  if (source === undefined) return undefined
  const { readWandbFiles, readWandbRuns } = await loadPlugin(
    '@epochwatt/wandb-plugin',
    'Reading from W&B',
    () => import('@epochwatt/wandb-plugin'),
  )
  const progress = progressLine(console, 'W&B')
  try {
    const { records, leftOut } = existsSync(source)
      ? readWandbFiles(source)
      : await readWandbRuns(source, { onProgress: ({ runs }) => progress.show(runs) })
    progress.clear()
    tellLeftOut(console, 'W&B', leftOut)
    const place = createHash('sha256').update(source).digest('hex').slice(0, 16)
    const dir = join(storeOf(call).dir, 'wandb', place)
    if (records.length > 0) importRuns(records, dir)
    const label = `W&B ${source}`
    return { label, kind: 'tracker', store: memoryStore(records, openStore(dir), label) }
  } finally {
    progress.clear()
  }
}
