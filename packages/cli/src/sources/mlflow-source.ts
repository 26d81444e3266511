import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openStore } from '@epochwatt/core'
import type { Call, OptionSpec } from '../command.js'
import type { Console } from '../console.js'
import { loadPlugin } from '../load-plugin.js'
import { storeOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'
import { memoryStore } from './memory-store.js'
import type { RunSource } from './run-source.js'
import { progressLine, tellLeftOut } from './tracker-runs.js'

/** `--mlflow` and `--experiment`, for commands that read runs from there as well. */
export const MLFLOW_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  mlflow: {
    type: 'string',
    value: 'URI',
    description:
      'Runs of an MLflow experiment: http://…, or sqlite:///mlflow.db. Needs @epochwatt/mlflow-plugin.',
  },
  experiment: { type: 'string', value: 'NAME', description: 'With --mlflow: the experiment.' },
}

/**
 * The runs of the MLflow experiment that a call names. They are kept beside the store and fetched only where they are new.
 *
 * @throws UsageError where one of the two options is missing, EpochwattError `PLUGIN_MISSING`, and what the client throws.
 */
export const mlflowSource = async (
  call: Call,
  console: Console,
  command: string,
): Promise<RunSource | undefined> => {
  const trackingUri = call.text('mlflow')
  const experiment = call.text('experiment')
  if (trackingUri === undefined && experiment === undefined) return undefined
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
  const dir = join(storeOf(call).dir, 'mlflow', source)
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
    const label = `MLflow ${experiment}`
    return { label, kind: 'tracker', store: memoryStore(records, openStore(dir), label) }
  } finally {
    progress.clear()
  }
}
