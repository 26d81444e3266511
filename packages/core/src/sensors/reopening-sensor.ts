import { errorCode } from './read-text.js'
import type { OpenSensor, SensorSpec } from './sensor.js'

/** Errors after which the descriptor is worthless but the device may come back under the same name. */
const GONE = new Set(['ENODEV', 'ENOENT', 'ENXIO', 'ESTALE', 'ENODATA', 'EBADF'])

const RETRY_INTERVAL_MS = 1000

/**
 * A sensor that survives the disappearance of its device (last CPU of a package taken offline, driver reloaded) and
 * its being absent at first. Opening is tried again at once when the device goes, then at most once a second.
 *
 * @param now Milliseconds of any monotonic clock.
 */
export const openReopening = (spec: SensorSpec, open: () => OpenSensor, now: () => number): OpenSensor => {
  let inner: OpenSensor | undefined
  let failure: string | undefined
  let nextAttempt = Number.NEGATIVE_INFINITY
  let closed = false

  const tryOpen = (): OpenSensor | undefined => {
    if (closed || now() < nextAttempt) return undefined
    nextAttempt = now() + RETRY_INTERVAL_MS
    try {
      return open()
    } catch (error) {
      failure = errorCode(error)
      return undefined
    }
  }
  inner = tryOpen()

  const readInner = (): number => {
    if (!inner) return Number.NaN
    const value = inner.read()
    failure = inner.error()
    if (failure !== undefined && GONE.has(failure)) {
      inner.close()
      inner = undefined
    }
    return value
  }

  return {
    spec,
    read() {
      const value = readInner()
      if (inner || !Number.isNaN(value)) return value
      inner = tryOpen()
      return readInner()
    },
    error: () => (closed ? 'EBADF' : failure),
    use: () => inner?.use?.(),
    close() {
      closed = true
      inner?.close()
      inner = undefined
    },
  }
}
