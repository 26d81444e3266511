import type { OpenSensor, SensorSpec } from '../sensor.js'
import { SmiStream } from './smi-stream.js'

/** What the opener needs. The identity stays in memory. */
export interface SmiSettings {
  readonly command: string
  readonly uuid: string
  readonly powerColumns: readonly string[]
}

/** The one stream of this thread and how many sensors read it. */
let shared: { readonly stream: SmiStream; users: number } | undefined

const acquire = ({ command, powerColumns }: SmiSettings): SmiStream => {
  shared ??= { stream: new SmiStream(command, powerColumns, () => performance.now()), users: 0 }
  shared.users++
  return shared.stream
}

const release = (): void => {
  if (!shared || --shared.users > 0) return
  shared.stream.close()
  shared = undefined
}

/** Opens the power of one board. All boards share one nvidia-smi, which ends when the last one is closed. */
export const openNvidiaSmi = (spec: SensorSpec): OpenSensor => {
  const settings = spec.settings as unknown as SmiSettings
  const stream = acquire(settings)
  let failure: string | undefined
  let closed = false
  return {
    spec,
    read() {
      if (closed) return Number.NaN
      const watts = stream.read(settings.uuid)
      failure = Number.isNaN(watts) ? 'EAGAIN' : undefined
      return watts
    },
    error: () => (closed ? 'EBADF' : failure),
    close() {
      if (closed) return
      closed = true
      release()
    },
  }
}
