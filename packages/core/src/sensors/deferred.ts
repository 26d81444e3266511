import { messageOf } from '../errors.js'
import { discoverAmdSmi } from './amd-smi/discover-amd-smi.js'
import { discoverApple } from './apple/discover-apple.js'
import { discoverEmi } from './emi/discover-emi.js'
import { discoverNvidia } from './nvidia/discover-nvidia.js'
import type { DeferredDiscovery, DeferredProbe, ProbeEnvironment, ProbeResult, SensorSpec } from './sensor.js'

/** How what was deferred is asked. Bundled into the sampler's worker, like `openers.ts`. */
const DISCOVERIES: Readonly<Record<string, DeferredDiscovery>> = {
  'amd-smi': discoverAmdSmi,
  apple: probe => discoverApple(probe),
  emi: probe => discoverEmi(probe),
  nvidia: discoverNvidia,
}

const discover = (
  probe: DeferredProbe,
  environment: ProbeEnvironment,
  known: readonly SensorSpec[],
): ProbeResult => {
  try {
    const discovery = DISCOVERIES[probe.provider]
    if (!discovery) throw new Error(`no provider "${probe.provider}" is known`)
    return discovery(probe, environment, known)
  } catch (error) {
    const reason = `probing failed: ${messageOf(error)}`
    return { sensors: [], unavailable: [{ ...probe.unanswered, state: 'broken', reason }] }
  }
}

/**
 * Asks every probe that was deferred; may take seconds. Never throws.
 *
 * @param known Sensors found without waiting.
 */
export const discoverDeferred = (
  probes: readonly DeferredProbe[],
  environment: ProbeEnvironment,
  known: readonly SensorSpec[],
): Pick<ProbeResult, 'sensors' | 'unavailable'> => {
  const results = probes.map(probe => discover(probe, environment, known))
  return {
    sensors: results.flatMap(({ sensors }) => sensors),
    unavailable: results.flatMap(({ unavailable }) => unavailable),
  }
}
