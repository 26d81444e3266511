import type { RunStore } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { MLFLOW_OPTIONS, storeOrMlflow } from './mlflow-option.js'
import { UsageError } from './usage-error.js'
import { WANDB_OPTIONS, wandbRuns } from './wandb-option.js'

/** Options of commands that read runs of trackers as well as those of the store. */
export const TRACKER_OPTIONS: Readonly<Record<string, OptionSpec>> = { ...MLFLOW_OPTIONS, ...WANDB_OPTIONS }

/** Whether a call is about the runs of a tracker, all of which are meant. */
export const isOfTracker = (call: Call): boolean =>
  call.text('mlflow') !== undefined || call.text('wandb') !== undefined

/**
 * The runs that a command is about: those of the store, or of the tracker that was named.
 *
 * @throws UsageError for two trackers at once, and what reading from one throws.
 */
export const storeOrTracker = async (call: Call, console: Console, command: string): Promise<RunStore> => {
  const wandb = call.text('wandb')
  if (wandb === undefined) return storeOrMlflow(call, console, command)
  if (call.text('mlflow') !== undefined)
    throw new UsageError('Options "--mlflow" and "--wandb" exclude each other.', command)
  return wandbRuns(wandb, call, console)
}
