import { errorCode } from './read-text.js'
import type { DeviceUse, OpenSensor, SensorSpec } from './sensor.js'

/** What is particular to a sensor once it is open. */
export interface SensorSource {
  /** A raw value, or the code of why there is none. What it throws is taken as a failed read. */
  read(): number | string
  use?(): DeviceUse | undefined
  close?(): void
}

/** A sensor that never throws, keeps the code of its last failure, and is silent once closed. */
export const openedSensor = (spec: SensorSpec, source: SensorSource): OpenSensor => {
  let failure: string | undefined
  let closed = false
  const { use } = source

  const fail = (code: string): number => {
    failure = code
    return Number.NaN
  }

  return {
    spec,
    read() {
      if (closed) return fail('EBADF')
      try {
        const value = source.read()
        if (typeof value === 'string') return fail(value)
        failure = undefined
        return value
      } catch (error) {
        return fail(errorCode(error))
      }
    },
    error: () => (closed ? 'EBADF' : failure),
    ...(use && { use: () => (closed ? undefined : use()) }),
    close() {
      if (closed) return
      closed = true
      source.close?.()
    },
  }
}
