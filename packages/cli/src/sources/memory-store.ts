import { EpochwattError, type RunRecord, type RunStore } from '@epochwatt/core'

/** A store whose records are at hand already, such as those fetched from a server. */
export interface MemoryStore extends RunStore {
  readonly records: readonly RunRecord[]
}

export const isInMemory = (store: RunStore): store is MemoryStore => 'records' in store

/** Records, and the folders that belong to them. References mean what they mean in a store on disk. */
export const memoryStore = (
  records: readonly RunRecord[],
  place: Pick<RunStore, 'dir' | 'runDirectory'>,
  label: string,
): MemoryStore => ({
  ...place,
  records,
  list: () => ({ records, unreadable: [] }),
  read: reference => {
    const exact = records.find(({ id }) => id === reference)
    if (exact) return exact
    const matching =
      reference === 'latest'
        ? records.slice(-1)
        : records.filter(({ id, name }) => id.startsWith(reference) || name === reference)
    if (matching.length > 1)
      throw new EpochwattError(
        'RUN_AMBIGUOUS',
        `"${reference}" means ${matching.length} runs of ${label}: ${matching
          .map(({ id }) => id)
          .slice(-5)
          .join(', ')}; give more of the id.`,
      )
    if (matching[0]) return matching[0]
    throw new EpochwattError('RUN_NOT_FOUND', `No run "${reference}" in ${label}.`)
  },
  openRuns: () => [],
})
