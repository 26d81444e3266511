import type { RunEntry } from '../journal/entry.js'
import type { MemoryRecord } from './record.js'

const GIGABYTE = 1e9

/** A tree's memory is read once a sampling interval, and a peak is noted from a hundredth above the last on. */
const UNSEEN = 1.05

/** Memory at its peak, bytes, against what there was. Undefined where nobody looked, or nobody says what there was. */
export const memoryRecord = (run: RunEntry, peakBytes: number): MemoryRecord | undefined => {
  const available = run.memoryLimitBytes ?? run.machine.memoryBytes
  if (peakBytes === 0 || !(available > 0)) return undefined
  const value = peakBytes / GIGABYTE
  return {
    peak_gb: {
      value,
      low: value,
      high: value * UNSEEN,
      unit: 'GB',
      tier: 'measured',
      method:
        'resident memory of the process tree, summed; pages that processes share count for each of them',
    },
    available_gb: available / GIGABYTE,
    available_by: run.memoryLimitBytes === undefined ? 'machine' : 'cgroup',
  }
}
