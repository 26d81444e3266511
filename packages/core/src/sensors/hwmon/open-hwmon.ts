import { type DecimalFile, openDecimalFile } from '../decimal-file.js'
import { drmClients } from '../drm-use.js'
import { type KeptFile, openKeptFile } from '../kept-file.js'
import type { OpenSensor, ProbeEnvironment, SensorSpec } from '../sensor.js'
import { pciAddressOf } from './gpu-device.js'

/** What the opener needs to find a channel again. */
export interface HwmonSettings {
  readonly paths: { readonly file: string } | { readonly millivolts: string; readonly milliamperes: string }
  /** Says whether the device sleeps, where asking the channel itself would wake it up. */
  readonly runtimeStatus?: string
}

const SUSPENDED = Buffer.from('suspended')
const buffer = Buffer.alloc(16)

const isAsleep = (status: KeptFile | undefined): boolean => {
  if (!status) return false
  try {
    const length = status.readInto(buffer)
    return (
      length >= SUSPENDED.length && buffer.compare(SUSPENDED, 0, SUSPENDED.length, 0, SUSPENDED.length) === 0
    )
  } catch {
    return false
  }
}

/** Both factors within microseconds of each other. */
const openProduct = (millivolts: string, milliamperes: string): DecimalFile => {
  const voltage = openDecimalFile(millivolts)
  let current: DecimalFile
  try {
    current = openDecimalFile(milliamperes)
  } catch (error) {
    voltage.close()
    throw error
  }
  return {
    read: () => voltage.read() * current.read(),
    error: () => voltage.error() ?? current.error(),
    close() {
      voltage.close()
      current.close()
    },
  }
}

/**
 * Opens one channel. A GPU that the kernel has put to sleep is left asleep: its power is 0 W, its counter stands.
 *
 * @param environment Where to look for who uses a GPU; left out, nobody looks.
 * @throws An error with a system code.
 */
export const openHwmon = (spec: SensorSpec, environment?: ProbeEnvironment): OpenSensor => {
  const { paths, runtimeStatus } = spec.settings as unknown as HwmonSettings
  const channel =
    'file' in paths ? openDecimalFile(paths.file) : openProduct(paths.millivolts, paths.milliamperes)
  let status: KeptFile | undefined
  try {
    status = runtimeStatus === undefined ? undefined : openKeptFile(runtimeStatus)
  } catch {
    // Then nobody can tell, and the channel is asked.
  }
  const pciAddress = pciAddressOf(spec.device)
  const clients = environment && pciAddress ? drmClients(environment) : undefined
  const isGauge = spec.kind === 'power_gauge'
  let last = Number.NaN
  let closed = false
  let sleeping = false
  return {
    spec,
    read() {
      sleeping = !closed && isAsleep(status)
      if (sleeping) return isGauge ? 0 : last
      last = channel.read()
      return last
    },
    error: () => (sleeping ? (isGauge || !Number.isNaN(last) ? undefined : 'EAGAIN') : channel.error()),
    ...(clients && { use: () => clients.useOf(pciAddress!) }),
    close() {
      closed = true
      channel.close()
      status?.close()
    },
  }
}
