import type { ProcessOwner, ProcessOwners } from '../process-owners.js'
import type { DeviceUse } from '../sensor.js'
import type { NvmlDevice } from './nvml.js'

const MOST_PERCENT = 100

/** How busy a board is, is asked this often: a mean needs no more, and each question costs up to milliseconds. */
const BUSY_INTERVAL_MS = 10_000

/**
 * Who computes on a board: its processes now, and how much of its multiprocessors each had since the last reading.
 * The latter is asked for only where several processes share the board.
 *
 * @param now Milliseconds of a monotonic clock.
 * @returns A function that never throws; undefined where the driver lists no processes.
 */
export const boardUse = (
  device: NvmlDevice,
  owners: ProcessOwners,
  now = () => performance.now(),
): (() => DeviceUse | undefined) => {
  let nextBusy = now() + BUSY_INTERVAL_MS
  let lastSample: number | undefined
  let ourWork = 0
  let allWork = 0

  const addWork = (): void => {
    const samples = device.processUtilisation(lastSample ?? 0)
    const first = lastSample === undefined
    lastSample = Math.max(lastSample ?? 0, ...samples.map(sample => sample.timestampMicroseconds))
    // The first answer reaches back to before anybody asked. One impossible sample makes the rest of its round
    // worthless as well: shares are ratios.
    if (first || samples.some(({ smPercent }) => smPercent > MOST_PERCENT)) return
    for (const { pid, smPercent } of samples) {
      allWork += smPercent
      if (owners.ownerOf(pid) === 'ours') ourWork += smPercent
    }
  }

  /** Of a board that nobody uses, or others as well, it says nothing of us. */
  const busyPercent = ({ ours, others, unknown }: DeviceUse): number | undefined => {
    if (others > 0 || ours + unknown === 0 || now() < nextBusy) return undefined
    nextBusy = now() + BUSY_INTERVAL_MS
    try {
      const percent = device.busyPercent()
      return percent <= MOST_PERCENT ? percent : undefined
    } catch {
      // Not under MIG.
      return undefined
    }
  }

  const isBusy = (): boolean | undefined => {
    try {
      return device.busyPercent() > 0
    } catch {
      return undefined
    }
  }

  const count = (): DeviceUse => {
    const pids = device.computePids()
    owners.keepOnly(pids)
    const by: Record<ProcessOwner, number> = { ours: 0, others: 0, unknown: 0 }
    for (const pid of pids) by[owners.ownerOf(pid)]++
    // A question to the driver that only tells an idle board from one with hidden users.
    const busy = pids.length === 0 ? isBusy() : undefined
    // Inside a container the list may be empty although something runs: that is somebody we cannot see.
    if (pids.length === 0 && busy !== false && !owners.reliable) by.unknown = 1
    return { ...by, busy, ourWork, allWork }
  }

  return () => {
    try {
      const use = count()
      if (use.ours === 0 || use.others === 0) {
        const percent = busyPercent(use)
        return percent === undefined ? use : { ...use, busyPercent: percent }
      }
      try {
        addWork()
      } catch {
        // Not under MIG, and not on every board: then the share stays unknown.
      }
      return { ...use, ourWork, allWork }
    } catch {
      return undefined
    }
  }
}
