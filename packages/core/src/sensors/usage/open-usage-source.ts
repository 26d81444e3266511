import type { ProbeEnvironment } from '../sensor.js'
import { openNodeUsage } from './node-usage.js'
import { openProcUsage, type UsageOptions } from './proc-usage.js'
import type { UsageSource } from './usage.js'

/**
 * The best source of CPU time that this system has. Never throws.
 *
 * @param options.now Milliseconds of a monotonic clock, for tests that own the time.
 * @param options.countActive Count the processes at work, where the system shows them.
 */
export const openUsageSource = (
  { platform, procRoot }: ProbeEnvironment,
  { now = () => performance.now(), countActive = false }: Partial<UsageOptions> = {},
): UsageSource => {
  if (platform !== 'linux') return openNodeUsage()
  try {
    return openProcUsage(procRoot, { now, countActive })
  } catch {
    return openNodeUsage()
  }
}
