import type {
  ProbeEnvironment,
  ProbeResult,
  SensorProvider,
  SensorSpec,
  UnavailableSensor,
} from '../sensor.js'
import type { BatterySettings } from './open-battery.js'
import { batteryWattHours, batteryWatts, findSupplies, isDischarging, type Supplies } from './supplies.js'

const PROVIDER = 'battery'

/** Fuel gauges measure current to a few per cent; our choice of a round figure. */
const BAND = { low: 0.9, high: 1.1 } as const

/** No notebook draws more from its batteries. */
const HIGHEST_WATTS = 250

const JOULES_PER_WATT_HOUR = 3600

const spec = (
  settings: BatterySettings,
  rest: Pick<SensorSpec, 'kind' | 'method' | 'scale' | 'updatePeriodMs'>,
): SensorSpec => ({
  ...rest,
  id: `${PROVIDER}/machine`,
  provider: PROVIDER,
  domain: 'battery',
  device: 'machine',
  component: 'other',
  covers: ['cpu', 'memory', 'gpu', 'other'],
  contains: [],
  tier: 'measured',
  band: BAND,
  maxPowerWatts: HIGHEST_WATTS,
  readAtBoundary: false,
  settings: { ...settings },
})

const describe = (supplies: Supplies): SensorSpec | undefined => {
  const what = `Discharge of ${supplies.batteries.length === 1 ? 'the battery' : 'all batteries'}: the whole device with its screen`
  if (supplies.batteries.every(directory => batteryWatts(directory) !== undefined)) {
    return spec(
      { ...supplies, reading: 'power' },
      {
        kind: 'power_gauge',
        method: `${what}, power read from Linux power_supply and integrated by trapezoid`,
        scale: 1,
        updatePeriodMs: 5000,
      },
    )
  }
  if (supplies.batteries.some(directory => batteryWattHours(directory) === undefined)) return undefined
  return spec(
    { ...supplies, reading: 'energy' },
    {
      kind: 'energy_counter',
      method: `${what}, decrease of the energy left, read from Linux power_supply`,
      scale: JOULES_PER_WATT_HOUR,
      // Steps of 10 mWh are 36 J: seconds of a notebook at work.
      updatePeriodMs: 30_000,
    },
  )
}

const unavailable = (rest: Pick<UnavailableSensor, 'state' | 'reason' | 'remedy'>): ProbeResult => ({
  sensors: [],
  unavailable: [{ id: PROVIDER, domain: 'battery', ...rest }],
})

const probe = ({ sysfsRoot, platform }: ProbeEnvironment): ProbeResult => {
  // Most machines have no battery and need no word about it.
  const supplies = platform === 'linux' ? findSupplies(sysfsRoot) : undefined
  if (!supplies || supplies.batteries.length === 0) return { sensors: [], unavailable: [] }
  const sensor = describe(supplies)
  if (!sensor)
    return unavailable({
      state: 'broken',
      reason: 'the battery tells neither its power nor what is left in it',
    })
  if (!isDischarging(supplies)) {
    return unavailable({
      state: 'absent',
      reason: 'the machine runs from the mains: what flows through its battery is not what it uses',
      remedy: 'Unplug it before the run to measure the whole device by its battery.',
    })
  }
  return { sensors: [sensor], unavailable: [] }
}

/** The whole device by the discharge of its batteries, where nothing measures the processor more closely. */
export const batteryProvider: SensorProvider = { name: PROVIDER, probe }
