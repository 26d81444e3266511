import type { SensorProvider, UnavailableSensor } from '../sensor.js'
import { cpuModelSpec } from './cpu-model.js'
import { memoryModelSpec } from './memory-model.js'

const NO_MEMORY: UnavailableSensor = {
  id: 'model/memory',
  domain: 'dram',
  state: 'broken',
  reason: 'the system does not say how much memory it has',
}

/** What is known when nothing can be measured. Always there; used only where no instrument covers the component. */
export const modelProvider: SensorProvider = {
  name: 'model',
  probe: ({ machine }, options) => {
    const memory = memoryModelSpec(machine)
    return {
      sensors: [cpuModelSpec(machine, options), ...(memory ? [memory] : [])],
      unavailable: memory ? [] : [NO_MEMORY],
    }
  },
}
