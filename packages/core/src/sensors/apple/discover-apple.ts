import { messageOf } from '../../errors.js'
import type { DeferredProbe, ProbeResult, SensorSpec, UnavailableSensor } from '../sensor.js'
import { APPLE_BAND, energySpecs } from './energy-channels.js'
import { systemReport } from './energy-session.js'
import type { IoReport } from './io-report.js'
import type { PowermetricsSettings } from './open-powermetrics.js'
import { BLOCKS, type PowermetricsBlock } from './powermetrics-report.js'
import { POWERMETRICS_ARGS } from './powermetrics-stream.js'

/** What the main thread found out beforehand. */
export interface AppleProbeSettings {
  readonly koffi?: string
  /** powermetrics is for root only. */
  readonly isRoot: boolean
}

const BLOCK_MEANINGS: Readonly<
  Record<PowermetricsBlock, Pick<SensorSpec, 'domain' | 'component'> & { readonly label: string }>
> = {
  cpu: { domain: 'package', component: 'cpu', label: 'processor cores' },
  gpu: { domain: 'gpu', component: 'gpu', label: 'GPU' },
  ane: { domain: 'soc', component: 'other', label: 'neural engine' },
  dram: { domain: 'dram', component: 'memory', label: 'memory' },
}

const powermetricsSpec = (block: PowermetricsBlock): SensorSpec => {
  const { domain, component, label } = BLOCK_MEANINGS[block]
  const settings: PowermetricsSettings = { command: '/usr/bin/powermetrics', args: POWERMETRICS_ARGS, block }
  return {
    id: `powermetrics/${block}`,
    provider: 'powermetrics',
    domain,
    device: block === 'gpu' ? 'apple-gpu' : 'chip',
    component,
    covers: [component],
    contains: [],
    kind: 'power_gauge',
    tier: 'measured',
    method: `Mean power of the ${label} over each second by the chip's own model (powermetrics, divided by the time it states)`,
    band: APPLE_BAND,
    scale: 1,
    maxPowerWatts: 300,
    updatePeriodMs: 1000,
    readAtBoundary: false,
    settings: { ...settings },
  }
}

/**
 * Asks for the energy model of an Apple chip: IOReport first, which needs no privilege, then powermetrics.
 *
 * @param load For tests; the system's own otherwise.
 */
export const discoverApple = (
  { settings }: Pick<DeferredProbe, 'settings'>,
  load: (koffi: string) => IoReport = systemReport,
): ProbeResult => {
  const { koffi, isRoot } = settings as unknown as AppleProbeSettings
  let reason = 'the package koffi, through which IOReport is read, is not installed'
  let remedy = 'npm install koffi'
  if (koffi !== undefined) {
    try {
      const sensors = energySpecs(load(koffi).energyModel(), { koffi })
      if (sensors.length > 0) return { sensors, unavailable: [] }
      reason = 'IOReport has none of the energy channels that are known'
    } catch (error) {
      reason = `IOReport cannot be read: ${messageOf(error)}`
    }
    remedy = 'report the model of the machine and the version of macOS to the project'
  }
  const broken: UnavailableSensor = { id: 'apple', domain: 'soc', state: 'broken', reason, remedy }
  if (isRoot) return { sensors: BLOCKS.map(powermetricsSpec), unavailable: [broken] }
  return {
    sensors: [],
    unavailable: [
      broken,
      {
        id: 'powermetrics',
        domain: 'soc',
        state: 'locked',
        reason: 'powermetrics, which could stand in for IOReport, is for root only',
        remedy: `${remedy}; or run the training as root`,
      },
    ],
  }
}
