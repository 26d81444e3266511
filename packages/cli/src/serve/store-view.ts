import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type RunRecord, type RunStore, readOpenRun } from '@epochwatt/core'
import type { LiveRun, RunDigest } from '@epochwatt/report'
import { readDigests } from '../run-index.js'

/** Following a long run may take this share of a core, and no more. */
const MOST_SHARE = 0.1

/** More runs at once than these are shown by the first of them. */
const MOST_LIVE = 24

interface Followed extends LiveRun {
  /** Not read again before, milliseconds. */
  readonly notBefore: number
}

/** What a store holds now, read as seldom as it may. */
export interface StoreView {
  digests(): readonly RunDigest[]
  /** Changes when a run began, ended or was added. */
  revision(): string
  live(): readonly LiveRun[]
  /** A finished run, or the record so far of one that goes on. */
  record(id: string): RunRecord | undefined
}

/** Who asks may ask for anything: an id never leads out of the store. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Runs are folders of `runs`; one that ends leaves `open`. */
const revisionOf = ({ dir }: RunStore): string =>
  `${changed(join(dir, 'runs'))} ${changed(join(dir, 'open'))}`

export const storeView = (store: RunStore, now: () => number = () => performance.now()): StoreView => {
  const followed = new Map<string, Followed>()
  let known: { readonly revision: string; readonly digests: readonly RunDigest[] } | undefined

  const follow = (id: string): LiveRun | undefined => {
    const before = followed.get(id)
    const began = now()
    if (before && began < before.notBefore) return before
    try {
      const run = readOpenRun(store.dir, id)
      followed.set(id, { ...run, notBefore: now() + (now() - began) / MOST_SHARE })
      return run
    } catch {
      // It has just begun, or just ended.
      return before
    }
  }

  const live = (): readonly LiveRun[] => {
    const ids = store.openRuns().slice(0, MOST_LIVE)
    for (const id of followed.keys()) if (!ids.includes(id)) followed.delete(id)
    return ids.flatMap(id => follow(id) ?? [])
  }

  const digests = (): readonly RunDigest[] => {
    const revision = revisionOf(store)
    if (known?.revision !== revision) known = { revision, digests: readDigests(store).digests }
    return known.digests
  }

  const isRun = (folder: string, id: string): boolean =>
    ID.test(id) && existsSync(join(store.dir, folder, id))

  return {
    digests,
    live,
    revision: () => revisionOf(store),
    record: id => {
      if (isRun('open', id)) return follow(id)?.record
      if (!isRun('runs', id)) return undefined
      try {
        return store.read(id)
      } catch {
        return undefined
      }
    },
  }
}
