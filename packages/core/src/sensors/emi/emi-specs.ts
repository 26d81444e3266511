import type { SensorSpec } from '../sensor.js'
import type { EmiChannel } from './emi-metadata.js'

export const PROVIDER = 'emi'

/** 1 pWh = 3600 s × 10⁻¹² W. */
const JOULES_PER_PICOWATT_HOUR = 3.6e-9

/** As RAPL, whose counters Windows passes on. */
const BAND = { low: 0.85, high: 1.15 }
const DRAM_BAND = { low: 0.8, high: 1.2 }

type Meaning = Pick<SensorSpec, 'domain' | 'component' | 'band'> & { readonly label: string }

/** By the last word of the channel's name, as in `RAPL_Package0_PKG`. Cores by themselves are in PP0 and in the package. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  PKG: { domain: 'package', component: 'cpu', band: BAND, label: 'package' },
  DRAM: { domain: 'dram', component: 'memory', band: DRAM_BAND, label: 'memory' },
  PP0: { domain: 'core', component: 'cpu', band: BAND, label: 'cores' },
  PP1: { domain: 'uncore', component: 'cpu', band: BAND, label: 'graphics' },
}

const idOf = (socket: string, part: string): string => `${PROVIDER}/package-${socket}-${part.toLowerCase()}`

/** The sensor of a channel whose meaning is known. */
export const emiSpec = (
  { name }: EmiChannel,
  settings: Readonly<Record<string, unknown>>,
): SensorSpec | undefined => {
  const [, socket, part = ''] = /^RAPL_Package(\d+)_([A-Z0-9]+)$/.exec(name) ?? []
  const meaning = MEANINGS[part]
  if (socket === undefined || !meaning) return undefined
  const { domain, component, band, label } = meaning
  return {
    id: idOf(socket, part),
    provider: PROVIDER,
    domain,
    device: `socket-${socket}`,
    component,
    covers: [component],
    contains: part === 'PKG' ? [idOf(socket, 'PP0'), idOf(socket, 'PP1')] : [],
    kind: 'energy_counter',
    tier: 'measured',
    method: `Energy of the ${label} of socket ${socket} (Windows Energy Meter Interface, channel ${name})`,
    band,
    scale: JOULES_PER_PICOWATT_HOUR,
    maxPowerWatts: 700,
    updatePeriodMs: 10,
    readAtBoundary: true,
    settings,
  }
}
