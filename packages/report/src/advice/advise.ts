import type { RunRecord } from '@epochwatt/core'
import type { IntensityCourse } from '@epochwatt/core/planning'
import { mixedIntensities } from '../reading/sum.js'
import { afterBestEpoch } from './after-best-epoch.js'
import { betterHour } from './better-hour.js'
import { cleanerRegion } from './cleaner-region.js'
import type { Finding } from './finding.js'
import { idleAccelerator } from './idle-accelerator.js'
import { idleTime } from './idle-time.js'
import { memoryOverAllocation } from './memory-over-allocation.js'
import { noCheckpoint } from './no-checkpoint.js'
import { oversizedMachine } from './oversized-machine.js'
import { repeatedRuns } from './repeated-runs.js'
import { unfinishedRuns } from './unfinished-runs.js'

/** What would have saved carbon. */
export interface Advice {
  /** How many runs were looked at. */
  readonly runs: number
  /** The most first. */
  readonly findings: readonly Finding[]
  /** Why the order means little, if it does. */
  readonly caution?: string
}

/** What advice may stand on besides the records. */
export interface AdviseOptions {
  /** What the grid of the runs was from hour to hour, from `readPast` or a file. Default: what the runs recorded. */
  readonly course?: IntensityCourse
}

/** Adding a kind of advice is a file of its own and a line here. */
const KINDS: readonly ((records: readonly RunRecord[], options: AdviseOptions) => readonly Finding[])[] = [
  cleanerRegion,
  (records, { course }) => betterHour(records, course),
  afterBestEpoch,
  unfinishedRuns,
  repeatedRuns,
  idleTime,
  oversizedMachine,
  noCheckpoint,
  idleAccelerator,
  memoryOverAllocation,
]

/** Less of the carbon than this is not worth anybody's time. */
const LEAST_SHARE = 0.01

/** Carbon of all runs together. */
const operationalOf = (records: readonly RunRecord[]): number | undefined => {
  const sum = records.reduce((total, { carbon }) => total + (carbon.operational_g?.value ?? 0), 0)
  return sum > 0 ? sum : undefined
}

const weight = ({ saving }: Finding): number => saving.carbon_g?.value ?? -1

/**
 * What would have saved carbon, the most first, with the numbers of these runs. Pure. Savings are operational carbon;
 * they overlap and do not add up. What the records do not support is not said, so that the list may be empty.
 *
 * @example
 * const { findings } = advise([openStore().read('latest')])
 * for (const { title, saving } of findings) console.log(title, saving.carbon_g)
 */
export const advise = (records: readonly RunRecord[], options: AdviseOptions = {}): Advice => {
  const mixed = mixedIntensities(records.map(({ grid: { basis, kind } }) => ({ basis, kind })))
  const all = mixed === undefined ? operationalOf(records) : undefined
  const findings = KINDS.flatMap(kind => kind(records, options))
    .map((finding): Finding => {
      const { carbon_g } = finding.saving
      return carbon_g && all !== undefined
        ? { ...finding, saving: { ...finding.saving, share: carbon_g.value / all } }
        : finding
    })
    .filter(({ saving: { share } }) => share === undefined || share >= LEAST_SHARE)
    .sort((a, b) => weight(b) - weight(a))
  return {
    runs: records.length,
    findings,
    ...(mixed !== undefined && findings.length > 1 && { caution: `The order is a rough one: ${mixed}.` }),
  }
}
