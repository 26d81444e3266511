import type { RunRecord, RunStore } from '@epochwatt/core'
import { digestOf, type RunDigest } from '@epochwatt/report'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { digestsOf } from './store-option.js'
import { UsageError } from './usage-error.js'

/** `--project`, for commands that take runs by name or all runs of a project. */
export const projectOption = (description: string): OptionSpec => ({
  type: 'string',
  value: 'NAME',
  description,
})

const checkProject = (call: Call, command: string): void => {
  if (call.text('project') !== undefined && call.positionals.length > 0)
    throw new UsageError('Option "--project" is for calls that name no runs.', command)
}

const namedRuns = (call: Call, store: RunStore): readonly RunRecord[] => {
  const records = call.positionals.map(reference => store.read(reference))
  return [...new Map(records.map(record => [record.id, record])).values()]
}

/**
 * As `chosenRuns`, but of thousands of runs only what a comparison needs of each.
 *
 * @param everything Without a name or a project: all runs of the store, not those of one project.
 */
export const chosenDigests = (
  call: Call,
  store: RunStore,
  console: Console,
  command: string,
  doing: string,
  everything = false,
): readonly RunDigest[] => {
  checkProject(call, command)
  if (call.positionals.length > 0) return namedRuns(call, store).map(digestOf)
  const all = digestsOf(store, console)
  const project = call.text('project') ?? (everything ? undefined : all.at(-1)?.project)
  const digests = project === undefined ? all : all.filter(digest => digest.project === project)
  if (digests.length > 1 && project !== undefined)
    console.err(`${doing} ${digests.length} runs of project ${JSON.stringify(project)}.\n`)
  return digests
}

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
  checkProject(call, command)
  return call.positionals.length > 0
    ? namedRuns(call, store)
    : chosenDigests(call, store, console, command, doing).map(({ id }) => store.read(id))
}
