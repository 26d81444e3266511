import { findKoffi } from '../koffi.js'
import type { SensorProvider, UnavailableSensor } from '../sensor.js'
import type { EmiProbeSettings } from './discover-emi.js'
import { PROVIDER } from './emi-specs.js'

/** Windows' Energy Meter Interface. Its devices are opened and watched in the sampler's thread. */
export const emiProvider: SensorProvider = {
  name: PROVIDER,
  probe({ platform }) {
    if (platform !== 'win32') return { sensors: [], unavailable: [] }
    const koffi = findKoffi()
    if (koffi === undefined) {
      const unavailable: UnavailableSensor = {
        id: PROVIDER,
        domain: 'package',
        state: 'broken',
        reason: 'the package koffi, through which the Energy Meter Interface is read, is not installed',
        remedy: 'npm install koffi',
      }
      return { sensors: [], unavailable: [unavailable] }
    }
    const settings: EmiProbeSettings = { koffi }
    const unanswered: UnavailableSensor = {
      id: PROVIDER,
      domain: 'package',
      state: 'broken',
      reason: 'the run ended before the Energy Meter Interface had answered',
    }
    return {
      sensors: [],
      unavailable: [],
      deferred: [{ provider: PROVIDER, unanswered, settings: { ...settings } }],
    }
  },
}
