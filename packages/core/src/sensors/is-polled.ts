import type { SensorSpec } from './sensor.js'

/** Whether the sampler reads a sensor in each of its rounds, so that it has a place in their readings. */
export const isPolled = ({ kind, ownPace }: SensorSpec): boolean => kind !== 'model' && !ownPace
