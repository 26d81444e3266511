import { join } from 'node:path'
import { openKeptFile } from '../kept-file.js'
import type { UsageReading } from './usage.js'

/** USER_HZ, the unit of CPU time in `/proc`: 100 on every architecture that Node runs on, whatever the kernel's own HZ. */
export const TICKS_PER_SECOND = 100

export interface MachineTimes {
  read(): Pick<UsageReading, 'busySeconds' | 'capacitySeconds'> | undefined
  close(): void
}

/** user nice system idle iowait irq softirq; steal (other guests' time) and guest (inside user) follow and stay out. */
const FIELDS = 7
const IDLE = 3
const IOWAIT = 4

/** The machine's CPU time from the first line of `/proc/stat`. @throws When the file cannot be opened. */
export const openMachineTimes = (procRoot: string): MachineTimes => {
  const file = openKeptFile(join(procRoot, 'stat'))
  const buffer = Buffer.alloc(256)
  return {
    read() {
      let length: number
      try {
        length = file.readInto(buffer)
      } catch {
        return undefined
      }
      const [label, ...fields] = buffer.toString('latin1', 0, length).split('\n', 1)[0]!.split(/ +/)
      const ticks = fields.slice(0, FIELDS).map(Number)
      if (label !== 'cpu' || ticks.length < FIELDS || ticks.some(Number.isNaN)) return undefined
      const total = ticks.reduce((sum, value) => sum + value, 0)
      return {
        busySeconds: (total - ticks[IDLE]! - ticks[IOWAIT]!) / TICKS_PER_SECOND,
        capacitySeconds: total / TICKS_PER_SECOND,
      }
    },
    close: file.close,
  }
}
