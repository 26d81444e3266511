import type { OpenSensor, SensorSpec } from '../sensor.js'
import type { PowermetricsBlock } from './powermetrics-report.js'
import { PowermetricsStream } from './powermetrics-stream.js'

export interface PowermetricsSettings {
  readonly command: string
  readonly args: readonly string[]
  readonly block: PowermetricsBlock
}

/** The one stream of this thread and how many sensors read it. */
let shared: { readonly stream: PowermetricsStream; users: number } | undefined

/** Opens the power of one block. All of them share one powermetrics, which ends when the last is closed. */
export const openPowermetrics = (spec: SensorSpec): OpenSensor => {
  const { command, args, block } = spec.settings as unknown as PowermetricsSettings
  shared ??= { stream: new PowermetricsStream(command, args, () => performance.now()), users: 0 }
  shared.users++
  const { stream } = shared
  let failure: string | undefined
  let closed = false
  return {
    spec,
    read() {
      if (closed) return Number.NaN
      const watts = stream.read(block)
      failure = Number.isNaN(watts) ? 'EAGAIN' : undefined
      return watts
    },
    error: () => (closed ? 'EBADF' : failure),
    close() {
      if (closed) return
      closed = true
      if (!shared || --shared.users > 0) return
      shared.stream.close()
      shared = undefined
    },
  }
}
