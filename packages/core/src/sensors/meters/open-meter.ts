import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'

/** Opens a power that is a constant. All other meters are read by a thread of their own. */
export const openMeter = (spec: SensorSpec): OpenSensor => {
  const { watts } = spec.settings as unknown as { readonly watts: number }
  return openedSensor(spec, { read: () => watts })
}
