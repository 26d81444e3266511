import type { WindowFigures } from '../tracker/tracker.js'
import type { Caps, Policy } from './policy.js'
import { addUse, type Use, useOfFigures } from './run-use.js'

const UNITS: Readonly<Record<keyof Caps, string>> = { hours: 'h', kWh: 'kWh', gCO2e: 'gCO2e' }

const short = (value: number): string => String(Number(value.toPrecision(3)))

/** What comes of a cap that is reached. */
export interface CapEffects {
  warn(code: string, message: string): void
  stop(reason: string): void
}

/**
 * Compares a run with the caps of policies, each of which acts once.
 *
 * @param usedThisMonth by other runs of the project.
 */
export const watchCaps = (policies: readonly Policy[], usedThisMonth: Use, effects: CapEffects) => {
  const reached = new Set<string>()
  const compare = (caps: Caps | undefined, use: Use, whose: string, action: Policy['action']): void => {
    for (const key of Object.keys(UNITS) as (keyof Caps)[]) {
      const cap = caps?.[key]
      const taken = use[key]
      if (cap === undefined || taken === undefined || taken < cap) continue
      const reason = `the policy's cap of ${short(cap)} ${UNITS[key]} ${whose} is reached with ${short(taken)} ${UNITS[key]}`
      const acts = `${action} ${reason.slice(0, reason.indexOf(' is reached'))}`
      if (reached.has(acts)) continue
      reached.add(acts)
      effects.warn('CAP_REACHED', reason)
      if (action === 'stop') effects.stop(reason)
    }
  }
  return (figures: WindowFigures): void => {
    const use = useOfFigures(figures)
    for (const { perRun, perProjectMonth, action = 'warn' } of policies) {
      compare(perRun, use, 'a run', action)
      compare(perProjectMonth, addUse(usedThisMonth, use), 'a project and month', action)
    }
  }
}
