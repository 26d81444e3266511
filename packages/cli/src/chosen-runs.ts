import type { RunRecord, RunStore } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { recordsOf } from './store-option.js'
import { UsageError } from './usage-error.js'

/** `--project`, for commands that take runs by name or all runs of a project. */
export const projectOption = (description: string): OptionSpec => ({
  type: 'string',
  value: 'NAME',
  description,
})

/**
 * The runs named, or without any all runs of the project: the one named, else that of the latest run.
 *
 * @param doing Said on stderr where runs were not named, e.g. `Comparing`.
 */
export const chosenRuns = (
  call: Call,
  store: RunStore,
  console: Console,
  command: string,
  doing: string,
): readonly RunRecord[] => {
  if (call.text('project') !== undefined && call.positionals.length > 0)
    throw new UsageError('Option "--project" is for calls that name no runs.', command)
  if (call.positionals.length > 0) {
    const records = call.positionals.map(reference => store.read(reference))
    return [...new Map(records.map(record => [record.id, record])).values()]
  }
  const all = recordsOf(store, console)
  const project = call.text('project') ?? all.at(-1)?.project
  const records = all.filter(record => record.project === project)
  if (records.length > 1)
    console.err(`${doing} ${records.length} runs of project ${JSON.stringify(project)}.\n`)
  return records
}
