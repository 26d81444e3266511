import { JOULES_PER_KWH } from '../quantity/quantity.js'
import type { WindowFigures } from '../tracker/tracker.js'

/** Shorter stretches are mostly noise of the page's own timers. */
const STRETCH_SECONDS = 2

/** Mean power of about the last two seconds, from figures that are asked for now and then. */
export const recentPower = (): ((figures: WindowFigures) => number | undefined) => {
  const past: { readonly seconds: number; readonly joules: number }[] = []
  return ({ energyKwh, durationSeconds: seconds, meanPowerWatts }) => {
    if (!energyKwh) return undefined
    const now = { seconds, joules: energyKwh.value * JOULES_PER_KWH }
    past.push(now)
    while (past.length > 2 && seconds - past[1]!.seconds >= STRETCH_SECONDS) past.shift()
    const elapsed = seconds - past[0]!.seconds
    return elapsed > 0 ? Math.max(0, (now.joules - past[0]!.joules) / elapsed) : meanPowerWatts
  }
}
