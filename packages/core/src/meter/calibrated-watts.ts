import { lowestWatts, meanWatts } from '../attribution/idle-power.js'
import type { SensorEvidence } from './select-sensors.js'

/**
 * The user calibrates the machine without its GPUs, which show their idle power by themselves while nobody has them
 * open. Of the other sensors each gets the part that its lowest power has in the lowest power of all.
 *
 * @param watts What the user says; nothing comes of nothing.
 * @param used Sensors in use.
 */
export const calibratedWatts = (
  watts: number | undefined,
  used: readonly SensorEvidence[],
): ReadonlyMap<string, number> => {
  const idling = used.filter(({ spec }) => spec.component !== 'gpu')
  if (watts === undefined || idling.length === 0) return new Map()
  const lowest = idling.map(({ curve }) => lowestWatts(curve) ?? meanWatts(curve))
  const total = lowest.reduce((sum, value) => sum + value, 0)
  return new Map(
    idling.map(({ spec }, index) => [
      spec.id,
      watts * (total > 0 ? lowest[index]! / total : 1 / idling.length),
    ]),
  )
}
