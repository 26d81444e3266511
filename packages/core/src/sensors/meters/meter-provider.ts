import type { SensorProvider } from '../sensor.js'

/** Meters outside the machine, as its user named them. Nobody is asked anything here. */
export const meterProvider: SensorProvider = {
  name: 'meter',
  probe: (_environment, { meters = [], offline = false }) => ({
    sensors: meters.filter(({ ownPace }) => !(offline && ownPace)),
    unavailable: meters
      .filter(({ ownPace }) => offline && ownPace)
      .map(({ id, domain }) => ({
        id,
        domain,
        state: 'broken' as const,
        reason: 'it is not asked, since the option "offline" is set',
        remedy: 'leave out offline (EPOCHWATT_OFFLINE) to read meters over the network',
      })),
  }),
}
