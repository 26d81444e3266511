import { messageOf } from '../errors.js'
import { amdSmiProvider } from './amd-smi/amd-smi-provider.js'
import { appleProvider } from './apple/apple-provider.js'
import { batteryProvider } from './battery/battery-provider.js'
import { cloudProvider } from './cloud/cloud-provider.js'
import { emiProvider } from './emi/emi-provider.js'
import { hwmonProvider } from './hwmon/hwmon-provider.js'
import { meterProvider } from './meters/meter-provider.js'
import { modelProvider } from './model/model-provider.js'
import { nvidiaProvider } from './nvidia/nvidia-provider.js'
import { powercapProvider } from './powercap/powercap-provider.js'
import type { ProbeEnvironment, ProbeOptions, ProbeResult, SensorProvider } from './sensor.js'

/**
 * Every kind of sensor there is. A new one is a line here and, unless it is a model, one in `openers.ts`; if its driver
 * may be slow to answer, one in `deferred.ts` as well.
 */
const PROVIDERS: readonly SensorProvider[] = [
  meterProvider,
  powercapProvider,
  hwmonProvider,
  nvidiaProvider,
  amdSmiProvider,
  appleProvider,
  emiProvider,
  batteryProvider,
  cloudProvider,
  modelProvider,
]

const probe = (
  provider: SensorProvider,
  environment: ProbeEnvironment,
  options: ProbeOptions,
): ProbeResult => {
  try {
    return provider.probe(environment, options)
  } catch (error) {
    const reason = `probing failed: ${messageOf(error)}`
    return { sensors: [], unavailable: [{ id: provider.name, domain: 'platform', state: 'broken', reason }] }
  }
}

/**
 * Asks every provider what is there. Never throws: what cannot be used is part of the answer, with reason and remedy, and
 * what may only be asked in the sampler's thread is handed on to it.
 *
 * @example
 * const { sensors, unavailable } = discoverSensors(probeEnvironment())
 * for (const { id, reason, remedy } of unavailable) console.error(id, reason, remedy ?? '')
 */
export const discoverSensors = (
  environment: ProbeEnvironment,
  options: ProbeOptions = {},
): Required<ProbeResult> => {
  const results = PROVIDERS.map(provider => probe(provider, environment, options))
  return {
    sensors: results.flatMap(({ sensors }) => sensors),
    unavailable: results.flatMap(({ unavailable }) => unavailable),
    deferred: results.flatMap(({ deferred }) => deferred ?? []),
  }
}
