import type { SensorProvider } from '../sensor.js'
import { cpuModelSpec } from './cpu-model.js'
import { memoryModelSpec } from './memory-model.js'

/** What is known when nothing can be measured. Always there; used only where no instrument covers the component. */
export const modelProvider: SensorProvider = {
  name: 'model',
  probe: ({ machine }, options) => ({
    sensors: [cpuModelSpec(machine, options), memoryModelSpec(machine)],
    unavailable: [],
  }),
}
