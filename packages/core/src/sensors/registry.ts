import { modelProvider } from './model/model-provider.js'
import { powercapProvider } from './powercap/powercap-provider.js'
import type { ProbeEnvironment, ProbeOptions, ProbeResult, SensorProvider } from './sensor.js'

/** Every kind of sensor there is. A new one is a line here and, unless it is a model, one in `openers.ts`. */
const PROVIDERS: readonly SensorProvider[] = [powercapProvider, modelProvider]

const probe = (
  provider: SensorProvider,
  environment: ProbeEnvironment,
  options: ProbeOptions,
): ProbeResult => {
  try {
    return provider.probe(environment, options)
  } catch (error) {
    const reason = `probing failed: ${error instanceof Error ? error.message : String(error)}`
    return { sensors: [], unavailable: [{ id: provider.name, domain: 'platform', state: 'broken', reason }] }
  }
}

/**
 * Asks every provider what is there. Never throws: what cannot be used is part of the answer, with reason and remedy.
 *
 * @example
 * const { sensors, unavailable } = discoverSensors(probeEnvironment())
 * for (const { id, reason, remedy } of unavailable) console.error(id, reason, remedy ?? '')
 */
export const discoverSensors = (environment: ProbeEnvironment, options: ProbeOptions = {}): ProbeResult => {
  const results = PROVIDERS.map(provider => probe(provider, environment, options))
  return {
    sensors: results.flatMap(({ sensors }) => sensors),
    unavailable: results.flatMap(({ unavailable }) => unavailable),
  }
}
