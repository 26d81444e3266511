import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openStore, type RunStore } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { storeOf } from './store-option.js'
import { loadPlugin, progressLine, tellLeftOut, withRecords } from './tracker-runs.js'
import { UsageError } from './usage-error.js'

/** `--mlflow` and `--experiment`, for commands that read runs from there as well. */
export const MLFLOW_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  mlflow: {
    type: 'string',
    value: 'URI',
    description:
      'Read runs from MLflow instead: http://…, or sqlite:///mlflow.db. Needs @epochwatt/mlflow-plugin.',
  },
  experiment: { type: 'string', value: 'NAME', description: 'With --mlflow: the experiment.' },
}

/**
 * The runs that a command is about: those of the store, or those of an MLflow experiment, which are kept beside it and
 * fetched only where they are new.
 *
 * @throws UsageError where one of the two options is missing, EpochwattError `PLUGIN_MISSING`, and what the client throws.
 */
export const storeOrMlflow = async (call: Call, console: Console, command: string): Promise<RunStore> => {
  const trackingUri = call.text('mlflow')
  const experiment = call.text('experiment')
  const local = storeOf(call)
  if (trackingUri === undefined && experiment === undefined) return local
  if (trackingUri === undefined || experiment === undefined) {
    const [given, missing] = trackingUri === undefined ? ['experiment', 'mlflow'] : ['mlflow', 'experiment']
    throw new UsageError(`Option "--${given}" needs "--${missing}" beside it.`, command)
  }
  const { readMlflowRuns } = await loadPlugin(
    '@epochwatt/mlflow-plugin',
    'Reading from MLflow',
    () => import('@epochwatt/mlflow-plugin'),
  )
  const source = createHash('sha256').update(`${trackingUri}\n${experiment}`).digest('hex').slice(0, 16)
  const dir = join(local.dir, 'mlflow', source)
  const progress = progressLine(console, 'MLflow')
  try {
    const { records, leftOut } = await readMlflowRuns({
      trackingUri,
      experiment,
      dir,
      onProgress: ({ runs }) => progress.show(runs),
    })
    progress.clear()
    tellLeftOut(
      console,
      'MLflow',
      leftOut.map(({ runId, ...rest }) => ({ run: runId, ...rest })),
    )
    // Runs that go on are not kept, but are shown.
    return withRecords(openStore(dir), records)
  } finally {
    progress.clear()
  }
}
