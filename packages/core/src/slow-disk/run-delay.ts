import { readFileSync } from 'node:fs'

/**
 * Milliseconds that this thread was ready to run and had no processor, since it began; 0 where the system does not tell
 * (all but Linux).
 */
export const runDelayMs = (): number => {
  try {
    const [, waitNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')
    return Number(waitNs) / 1e6 || 0
  } catch {
    return 0
  }
}
