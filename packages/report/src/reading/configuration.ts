import type { RunRecord } from '@epochwatt/core'

const sorted = (values: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))

/**
 * What a run was, as far as its user said: project, parameters and tags. Undefined where no parameter was logged, since
 * nothing then tells one run from another.
 */
const configurationKey = ({ project, params, tags }: RunRecord): string | undefined =>
  Object.keys(params).length > 0 ? JSON.stringify([project, sorted(params), sorted(tags)]) : undefined

/** Finished runs of the same configuration, the earliest first; only where there is more than one. */
export const repeatedRuns = (
  records: readonly RunRecord[],
): readonly (readonly [RunRecord, ...RunRecord[]])[] => {
  const groups = new Map<string, [RunRecord, ...RunRecord[]]>()
  for (const record of [...records].sort((a, b) => a.started_at.localeCompare(b.started_at))) {
    const key = record.status === 'finished' ? configurationKey(record) : undefined
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(record)
    else groups.set(key, [record])
  }
  return [...groups.values()].filter(({ length }) => length > 1)
}
