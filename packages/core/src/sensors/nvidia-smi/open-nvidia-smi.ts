import { openedSensor } from '../opened-sensor.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { sharedSources } from '../shared-sources.js'
import { SmiStream } from './smi-stream.js'

/** What the opener needs. The identity stays in memory. */
export interface SmiSettings {
  readonly command: string
  readonly uuid: string
  readonly powerColumns: readonly string[]
}

const streams = sharedSources<SmiStream>()

/** Opens the power of one board. All boards share one nvidia-smi, which ends when the last one is closed. */
export const openNvidiaSmi = (spec: SensorSpec): OpenSensor => {
  const { command, powerColumns, uuid } = spec.settings as unknown as SmiSettings
  const { source, release } = streams.acquire(
    command,
    () => new SmiStream(command, powerColumns, () => performance.now()),
  )
  return openedSensor(spec, {
    read: () => {
      const watts = source.read(uuid)
      return Number.isNaN(watts) ? 'EAGAIN' : watts
    },
    close: release,
  })
}
