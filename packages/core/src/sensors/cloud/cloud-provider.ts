import type { SensorProvider } from '../sensor.js'
import { acceleratorModels } from './accelerator-model.js'

/** What is known of a rented machine by its type alone: the accelerators in it. Stands back for every instrument. */
export const cloudProvider: SensorProvider = {
  name: 'cloud',
  probe: ({ machine }) => ({ sensors: acceleratorModels(machine.cloud?.instanceType), unavailable: [] }),
}
