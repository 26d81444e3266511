import { findAccelerator } from '../../data/accelerators.js'
import { findCloudInstance } from '../../data/cloud-instances.js'
import type { SensorSpec } from '../sensor.js'

/**
 * A board whose use nobody can see draws between a tenth of its design power, idle, and all of it. The middle of that
 * in ratio terms is a third; trainings lie above, hence a half.
 */
const SHARE_OF_DESIGN_POWER = 0.5
const BAND = { low: 0.2, high: 2 }

/**
 * Power of the accelerators that a rented machine of this type has, by the table of instances: for where no driver
 * tells. Nothing for types without accelerators, and for unknown ones.
 */
export const acceleratorModels = (instanceType: string | undefined): readonly SensorSpec[] => {
  const instance = instanceType === undefined ? undefined : findCloudInstance(instanceType)
  const accelerator = instance && findAccelerator(instance.accelerator)
  if (!instance || !accelerator) return []
  const most = accelerator.watts * instance.boards
  const watts = most * SHARE_OF_DESIGN_POWER
  return [
    {
      id: 'cloud/accelerators',
      provider: 'cloud',
      domain: 'gpu',
      device: 'cloud-accelerators',
      component: 'gpu',
      covers: ['gpu'],
      contains: [],
      kind: 'model',
      tier: 'assumed',
      method:
        `Half the design power (${accelerator.watts} W, ${accelerator.source}) of ${instance.boards} × ` +
        `${accelerator.name}, which instances of type ${instance.type} have; what they do is not known`,
      band: BAND,
      scale: 1,
      maxPowerWatts: most,
      updatePeriodMs: 0,
      wattsByUtilisation: [watts, watts],
      readAtBoundary: false,
    },
  ]
}
