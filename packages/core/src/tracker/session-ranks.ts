import { join } from 'node:path'
import type { JournalEntry, RanksEntry } from '../journal/entry.js'
import { METERS_FILE } from '../journal/files.js'
import { pidNamespace } from '../ranks/process-identity.js'
import { rankFolder } from '../ranks/rank-folder.js'
import { RankMember } from '../ranks/rank-member.js'
import { boardsOf, type RankSeat, takeSeat } from '../ranks/rank-seat.js'
import type { Sampler } from '../sampler/sampler.js'
import type { SessionPlan } from './session-plan.js'

/** Cards name processes as this one sees them, wherever readings come from. */
const PROC = '/proc'

/**
 * Takes a seat among the ranks of the run's job on this machine, if it belongs to one. Where that fails the run goes on
 * alone, and says so.
 */
export const takeSessionSeat = (
  { job, run, directory }: SessionPlan,
  beganNs: bigint,
  warn: (code: string, message: string) => void,
): RankSeat | undefined => {
  if (job === undefined) return undefined
  const { boot, ...owner } = run.owner
  const namespace = pidNamespace(PROC)
  const ids = run.sensors.filter(({ ownPace }) => ownPace).map(({ id }) => id)
  try {
    const seat: RankSeat = {
      folder: rankFolder(job, boot),
      procRoot: PROC,
      revision: 0,
      card: {
        run: run.id,
        ...owner,
        ...(namespace !== undefined && { pidNamespace: namespace }),
        scope: run.scope,
        staticPolicy: run.staticPolicy,
        joinedNs: String(process.hrtime.bigint()),
        beganNs: String(beganNs),
        boards: boardsOf(run.sensors),
        ...(ids.length > 0 && { meters: { ids, path: join(directory, METERS_FILE) } }),
      },
    }
    takeSeat(seat)
    return seat
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    warn(
      'RANKS_UNKNOWN',
      `the other processes of this job cannot be found (${reason}): what belongs to all of them may count more than once; EPOCHWATT_HOST_DIR names a folder that all can write to`,
    )
    return undefined
  }
}

/** Keeps the seat on this thread, where there is none for sampling. */
export const keepSeat = (
  seat: RankSeat,
  write: (entry: JournalEntry) => void,
  startSampling: (write: (entry: JournalEntry) => void) => Sampler,
): Sampler => {
  const member = new RankMember(seat)
  const note = (entry: RanksEntry | undefined): void => {
    if (entry) write(entry)
  }
  const sampler = startSampling(entry => {
    write(entry)
    note(member.beat())
  })
  return {
    ...sampler,
    stop: async timeoutMs => {
      await sampler.stop(timeoutMs)
      note(member.leave())
    },
    stopNow: timeoutMs => {
      sampler.stopNow(timeoutMs)
      note(member.leave())
    },
  }
}
