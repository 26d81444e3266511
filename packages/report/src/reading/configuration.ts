import type { RunRecord } from '@epochwatt/core'

/** What tells configurations apart, and repetitions from the first of them. */
export type Configured = Pick<RunRecord, 'id' | 'project' | 'params' | 'tags' | 'status' | 'started_at'>

/** Who ran it does not change what was run. */
const PERSONS: readonly string[] = ['user', 'team']

const sorted = (values: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))

/**
 * What a run was, as far as its user said: project, parameters and tags, but not whose it was. Undefined where no parameter was logged, since
 * nothing then tells one run from another.
 */
const configurationKey = ({ project, params, tags }: Configured): string | undefined =>
  Object.keys(params).length > 0
    ? JSON.stringify([project, sorted(params), sorted(tags).filter(([name]) => !PERSONS.includes(name))])
    : undefined

/** Finished runs of the same configuration, the earliest first; only where there is more than one. */
export const repeatedRuns = <Run extends Configured>(
  records: readonly Run[],
): readonly (readonly [Run, ...Run[]])[] => {
  const groups = new Map<string, [Run, ...Run[]]>()
  for (const record of [...records].sort((a, b) =>
    a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : 0,
  )) {
    const key = record.status === 'finished' ? configurationKey(record) : undefined
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(record)
    else groups.set(key, [record])
  }
  return [...groups.values()].filter(({ length }) => length > 1)
}
