import { findKoffi } from '../koffi.js'
import type { SensorProvider, UnavailableSensor } from '../sensor.js'
import type { AppleProbeSettings } from './discover-apple.js'
import { PROVIDER } from './energy-channels.js'

/**
 * Apple chips. Loading koffi and asking for all channels takes tens of milliseconds, so that is left to the sampler's
 * thread.
 */
export const appleProvider: SensorProvider = {
  name: PROVIDER,
  probe({ platform, machine }) {
    if (platform !== 'darwin') return { sensors: [], unavailable: [] }
    if (!machine.cpuModel.startsWith('Apple')) {
      const reason =
        'Macs with Intel processors have no counters that can be read without a driver of their own'
      return { sensors: [], unavailable: [{ id: PROVIDER, domain: 'soc', state: 'absent', reason }] }
    }
    const koffi = findKoffi()
    const settings: AppleProbeSettings = {
      ...(koffi !== undefined && { koffi }),
      isRoot: process.getuid?.() === 0,
    }
    const unanswered: UnavailableSensor = {
      id: PROVIDER,
      domain: 'soc',
      state: 'broken',
      reason: "the run ended before the chip's energy model had answered",
    }
    return {
      sensors: [],
      unavailable: [],
      deferred: [{ provider: PROVIDER, unanswered, settings: { ...settings } }],
    }
  },
}
