import { EpochwattError, type RunRecord } from '@epochwatt/core'
import { digestOf, type RunDigest } from '@epochwatt/report'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { isRunFile } from './sources/file-source.js'
import { openSources } from './sources/open-sources.js'
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
  /** Those named one by one first, then by source: stores, trackers. */
  readonly digests: readonly RunDigest[]
  /** What the sources of a run are called, by its id. */
  readonly labels: ReadonlyMap<string, string>
  /** Where they were looked for. */
  readonly sources: readonly RunSource[]
  /** The whole record of one of them. */
  readonly read: (id: string) => RunRecord
  /** A run of these sources that need not be one of them, by id, unique beginning of one, or name. */
  readonly find: (reference: string) => RunRecord
}

const isUnknown = (error: unknown): boolean =>
  error instanceof EpochwattError && error.code === 'RUN_NOT_FOUND'

/**
 * A run by its name, or the only one of a file, and where it is. Stores come first: who names a run usually means one of
 * theirs.
 *
 * @throws EpochwattError `RUN_NOT_FOUND` or `RUN_AMBIGUOUS`, and what reading a record throws.
 */
export const findRun = (
  sources: readonly RunSource[],
  reference: string,
): { readonly record: RunRecord; readonly source: RunSource } => {
  let first: unknown
  const file = sources.find(({ kind, label }) => kind === 'file' && label === reference)
  if (file) {
    const [record, ...others] = file.store.list().records
    if (record && others.length === 0) return { record, source: file }
    throw new EpochwattError(
      'RUN_AMBIGUOUS',
      `${reference} holds ${others.length + 1} runs; \`epochwatt import\` takes them over, so that one can be named.`,
    )
  }
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

const runsOfFile = (sources: readonly RunSource[], path: string): Chosen => {
  const source = sources.find(({ kind, label }) => kind === 'file' && label === path)!
  return { source, digests: source.store.list().records.map(digestOf) }
}

/** What a source contributes to what is named one by one. */
const contribution = (
  { kind, store }: RunSource,
  isNamed: boolean,
  call: Call,
  console: Console,
): readonly RunDigest[] => {
  const project = call.text('project')
  if (kind === 'file') return []
  if (kind === 'store' && project !== undefined)
    return digestsOf(store, console).filter(digest => digest.project === project)
  if (isNamed || (kind === 'store' && call.texts('dir').length === 0)) return []
  return digestsOf(store, console)
}

const ofLatestProject = (digests: readonly RunDigest[]): readonly RunDigest[] => {
  const project = digests.at(-1)?.project
  return digests.filter(digest => digest.project === project)
}

const merge = (chosen: readonly Chosen[]): Pick<ChosenRuns, 'digests' | 'labels' | 'read'> => {
  const digests = new Map<string, RunDigest>()
  const places = new Map<string, RunSource>()
  const labels = new Map<string, string>()
  for (const { source, digests: found } of chosen)
    for (const digest of found) {
      const label = labels.get(digest.id)
      if (label === undefined) {
        digests.set(digest.id, digest)
        places.set(digest.id, source)
        labels.set(digest.id, source.label)
      } else if (places.get(digest.id) !== source) labels.set(digest.id, `${label}, ${source.label}`)
    }
  return {
    digests: [...digests.values()],
    labels,
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
  const sources = await openSources(call, console, command)
  const oneByOne = call.positionals.map((reference): Chosen => {
    if (isRunFile(reference)) return runsOfFile(sources, reference)
    const { record, source } = findRun(sources, reference)
    return { source, digests: [digestOf(record)] }
  })
  const [only] = sources
  const isAlone = only !== undefined && sources.length === 1 && oneByOne.length === 0
  const chosen =
    isAlone && call.text('project') === undefined
      ? [{ source: only, digests: ofLatestProject(digestsOf(only.store, console)) }]
      : [
          ...oneByOne,
          ...sources.map(source => ({
            source,
            digests: contribution(
              source,
              oneByOne.some(named => named.source === source),
              call,
              console,
            ),
          })),
        ]
  const runs = merge(chosen)
  const [first] = runs.digests
  if (isAlone && runs.digests.length > 1)
    console.err(`${doing} ${runs.digests.length} runs of project ${JSON.stringify(first!.project)}.\n`)
  return { ...runs, sources, find: reference => findRun(sources, reference).record }
}
