import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { loadZod } from '../lazy-zod.js'
import type { RunRecord } from '../record/record.js'
import { openStore } from '../store/run-store.js'
import type { Tracker } from '../tracker/tracker.js'
import type { Policy } from './policy.js'
import { monthUse, type Use } from './run-use.js'
import { type CapEffects, watchCaps } from './watch-caps.js'

const LOOK_INTERVAL_MS = 10_000
/** Records read before others have their turn: some milliseconds. */
const READ_AT_ONCE = 20

/** What this project's other runs have taken this month. Ids begin with the date, so older ones are not opened. */
const readMonthUse = async (dir: string, project: string): Promise<Use> => {
  const now = new Date()
  const month = now.toISOString().slice(0, 7).replace('-', '')
  const store = openStore(dir)
  const records: RunRecord[] = []
  const ids = readdirSync(join(store.dir, 'runs')).filter(id => id.startsWith(month))
  for (const [index, id] of ids.entries()) {
    if (index % READ_AT_ONCE === 0) await yieldToOthers()
    try {
      records.push(store.read(id))
    } catch {
      // Not finished, or not readable: nothing that could be counted.
    }
  }
  return monthUse(records, project, now)
}

/** Watches the caps of policies while a run lasts, a look every ten seconds. Never throws, never keeps a process alive. */
export const followPolicies = (
  tracker: Tracker,
  policies: readonly Policy[],
  dir: string,
  effects: CapEffects,
): void => {
  if (!policies.some(({ perRun, perProjectMonth }) => perRun || perProjectMonth)) return
  const begin = async (): Promise<void> => {
    await loadZod()
    const needsMonth = policies.some(({ perProjectMonth }) => perProjectMonth)
    const watch = watchCaps(policies, needsMonth ? await readMonthUse(dir, tracker.project) : {}, effects)
    const look = (): void => {
      if (tracker.isStopped) clearInterval(timer)
      else watch(tracker.figures())
    }
    const timer = setInterval(look, LOOK_INTERVAL_MS)
    timer.unref()
    look()
  }
  begin().catch((error: unknown) => {
    tracker.warn('CAPS_UNWATCHED', `the policy's caps are not watched: ${(error as Error).message}`)
  })
}
