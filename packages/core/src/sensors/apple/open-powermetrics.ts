import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { sharedSources } from '../shared-sources.js'
import type { PowermetricsBlock } from './powermetrics-report.js'
import { PowermetricsStream } from './powermetrics-stream.js'

export interface PowermetricsSettings {
  readonly command: string
  readonly args: readonly string[]
  readonly block: PowermetricsBlock
}

const streams = sharedSources<PowermetricsStream>()

/** Opens the power of one block. All of them share one powermetrics, which ends when the last is closed. */
export const openPowermetrics = (spec: SensorSpec): OpenSensor => {
  const { command, args, block } = spec.settings as unknown as PowermetricsSettings
  const { source, release } = streams.acquire(
    command,
    () => new PowermetricsStream(command, args, () => performance.now()),
  )
  return openedSensor(spec, {
    read: () => {
      const watts = source.read(block)
      return Number.isNaN(watts) ? 'EAGAIN' : watts
    },
    close: release,
  })
}
