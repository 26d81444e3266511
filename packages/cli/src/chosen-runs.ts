import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { digestOf, type RunDigest } from '@epochwatt/report'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { type OpenSources, openSources } from './sources/open-sources.js'
import type { RunSource } from './sources/run-source.js'
import { digestsOf } from './store-option.js'

/** `--project`, for commands that take runs by name or all runs of a project. */
export const projectOption = (description: string): OptionSpec => ({
  type: 'string',
  value: 'NAME',
  description,
})

/** Runs that a call means, each once, wherever they came from. */
export interface ChosenRuns {
  /** By source in the order of the call: stores, files, trackers. */
  readonly digests: readonly RunDigest[]
  /** Labels of the sources of a run, by its id. */
  readonly sources: ReadonlyMap<string, string>
  /** The whole record of one of them. */
  readonly read: (id: string) => RunRecord
  /** A run of these sources that need not be one of them, by id, unique beginning of one, or name. */
  readonly find: (reference: string) => RunRecord
}

const isUnknown = (error: unknown): boolean =>
  error instanceof EpochwattError && error.code === 'RUN_NOT_FOUND'

/**
 * A run by its name, and where it is. Stores come first: who names a run usually means one of theirs.
 *
 * @throws EpochwattError `RUN_NOT_FOUND` or `RUN_AMBIGUOUS`, and what reading a record throws.
 */
export const findRun = (
  sources: readonly RunSource[],
  reference: string,
): { readonly record: RunRecord; readonly source: RunSource } => {
  let first: unknown
  for (const source of sources) {
    try {
      return { record: source.store.read(reference), source }
    } catch (error) {
      if (!isUnknown(error)) throw error
      first ??= error
    }
  }
  if (sources.length === 1) throw first
  throw new EpochwattError(
    'RUN_NOT_FOUND',
    `No finished run "${reference}" in ${sources.map(({ label }) => label).join(', ')}; \`epochwatt list\` shows what a store has.`,
  )
}

interface Chosen {
  readonly source: RunSource
  readonly digests: readonly RunDigest[]
}

/** What one source contributes. */
const contribution = (
  source: RunSource,
  named: readonly RunRecord[],
  call: Call,
  console: Console,
  isAlone: boolean,
): readonly RunDigest[] => {
  const project = call.text('project')
  if (source.kind !== 'store') return named.length > 0 ? named.map(digestOf) : digestsOf(source.store, console)
  const ofProject =
    project === undefined
      ? []
      : digestsOf(source.store, console).filter(digest => digest.project === project)
  if (named.length > 0 || project !== undefined) return [...named.map(digestOf), ...ofProject]
  if (!isAlone) return call.texts('dir').length > 0 ? digestsOf(source.store, console) : []
  const all = digestsOf(source.store, console)
  return all.filter(digest => digest.project === all.at(-1)?.project)
}

const merge = (chosen: readonly Chosen[]): Pick<ChosenRuns, 'digests' | 'sources' | 'read'> => {
  const digests = new Map<string, RunDigest>()
  const places = new Map<string, RunSource>()
  const sources = new Map<string, string>()
  for (const { source, digests: found } of chosen)
    for (const digest of found) {
      const label = sources.get(digest.id)
      if (label === undefined) {
        digests.set(digest.id, digest)
        places.set(digest.id, source)
        sources.set(digest.id, source.label)
      } else if (places.get(digest.id) !== source) sources.set(digest.id, `${label}, ${source.label}`)
    }
  return {
    digests: [...digests.values()],
    sources,
    read: id => places.get(id)!.store.read(id),
  }
}

/**
 * The runs that a call means, from everywhere that it names: those named, those of `--project` in the stores, of files
 * and trackers all, unless some of theirs are named. Where it names only a store, or nothing, the project of the latest
 * run. A run that several sources have is there once, as the first of them has it.
 *
 * @param doing Said on stderr where runs of a project were not named, e.g. `Comparing`.
 * @throws UsageError, EpochwattError `RUN_NOT_FOUND` or `RUN_AMBIGUOUS`, and what reading from a file or tracker throws.
 */
export const chooseRuns = async (
  call: Call,
  console: Console,
  command: string,
  doing: string,
): Promise<ChosenRuns> => {
  const { all, references }: OpenSources = await openSources(call, console, command)
  const named = references.map(reference => findRun(all, reference))
  const isAlone = all.length === 1 && references.length === 0
  const chosen = all.map(source => ({
    source,
    digests: contribution(
      source,
      named.filter(found => found.source === source).map(({ record }) => record),
      call,
      console,
      isAlone,
    ),
  }))
  const runs = merge(chosen)
  const [first] = runs.digests
  if (isAlone && runs.digests.length > 1)
    console.err(`${doing} ${runs.digests.length} runs of project ${JSON.stringify(first!.project)}.\n`)
  return { ...runs, find: reference => findRun(all, reference).record }
}
