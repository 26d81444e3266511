import { openAmdSmi } from './amd-smi/open-amd-smi.js'
import { openApple } from './apple/open-apple.js'
import { openPowermetrics } from './apple/open-powermetrics.js'
import { openBattery } from './battery/open-battery.js'
import { openEmi } from './emi/open-emi.js'
import { openHwmon } from './hwmon/open-hwmon.js'
import { isPolled } from './is-polled.js'
import { openMeter } from './meters/open-meter.js'
import { openNvidia } from './nvidia/open-nvidia.js'
import { openNvidiaSmi } from './nvidia-smi/open-nvidia-smi.js'
import { openPowercap } from './powercap/open-powercap.js'
import { openReopening } from './reopening-sensor.js'
import type { OpenSensor, ProbeEnvironment, SensorOpener, SensorSpec } from './sensor.js'

/**
 * How the sensors of each provider are opened. This file is bundled into the sampler's worker: it must not reach data
 * tables or anything else that only probing needs.
 */
const OPENERS: Readonly<Record<string, SensorOpener>> = {
  meter: openMeter,
  'amd-smi': openAmdSmi,
  apple: openApple,
  battery: openBattery,
  emi: openEmi,
  hwmon: openHwmon,
  nvidia: openNvidia,
  'nvidia-smi': openNvidiaSmi,
  powercap: openPowercap,
  powermetrics: openPowermetrics,
}

const open = (spec: SensorSpec, environment: ProbeEnvironment): OpenSensor => {
  const opener = OPENERS[spec.provider]
  if (!opener) throw Object.assign(new Error(`No provider "${spec.provider}" is known.`), { code: 'ENOSYS' })
  return opener(spec, environment)
}

/**
 * Opens every sensor that is polled, in the order given. Never throws: one that cannot be opened now reads `NaN`
 * and is tried again, at most once a second.
 *
 * @param options.now Milliseconds of a monotonic clock, for tests that own the time.
 */
export const openSensors = (
  specs: readonly SensorSpec[],
  environment: ProbeEnvironment,
  { now = () => performance.now() }: { readonly now?: () => number } = {},
): OpenSensor[] => specs.filter(isPolled).map(spec => openReopening(spec, () => open(spec, environment), now))
