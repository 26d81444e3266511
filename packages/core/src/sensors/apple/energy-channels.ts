import type { SensorSpec } from '../sensor.js'
import type { IoChannel } from './io-report.js'

export const PROVIDER = 'apple'

/** Joules for one unit; blanks around labels have been seen. */
const SCALES: Readonly<Record<string, number>> = { mJ: 1e-3, uJ: 1e-6, µJ: 1e-6, nJ: 1e-9 }

const scaleOf = (unit: string): number | undefined => SCALES[unit.trim()]

interface Meaning {
  readonly part: string
  readonly pattern: RegExp
  readonly domain: SensorSpec['domain']
  readonly component: SensorSpec['component']
  readonly maxPowerWatts: number
  readonly label: string
}

/** Sums of whole blocks only: `CPU Energy` has its clusters in it, `GPU Energy` its memory on the die. */
const MEANINGS: readonly Meaning[] = [
  {
    part: 'cpu',
    pattern: /^CPU Energy$/,
    domain: 'package',
    component: 'cpu',
    maxPowerWatts: 200,
    label: 'processor cores',
  },
  { part: 'gpu', pattern: /^GPU Energy$/, domain: 'gpu', component: 'gpu', maxPowerWatts: 300, label: 'GPU' },
  {
    part: 'ane',
    pattern: /^ANE\d*( Energy)?$/,
    domain: 'soc',
    component: 'other',
    maxPowerWatts: 60,
    label: 'neural engine',
  },
  {
    part: 'dram',
    pattern: /^DRAM\d*( Energy)?$/,
    domain: 'dram',
    component: 'memory',
    maxPowerWatts: 100,
    label: 'memory',
  },
]

/**
 * The figures are a model in the chip that leaves out what lies between the blocks: readings of half the power at the
 * plug were seen, and up to a tenth above it. So the truth lies from a tenth below to twice the reading.
 */
export const APPLE_BAND = { low: 0.91, high: 2 }

/**
 * Sensors for the channels of the energy model that are whole blocks. Anything else, clusters and blocks of unknown
 * meaning among it, would count twice.
 */
export const energySpecs = (
  channels: readonly IoChannel[],
  settings: Readonly<Record<string, unknown>>,
): SensorSpec[] =>
  channels.flatMap(({ name, unit }): SensorSpec[] => {
    const [, die, block = ''] = /^(?:DIE_(\d+)_)?(.*)$/.exec(name) ?? []
    const meaning = MEANINGS.find(({ pattern }) => pattern.test(block))
    const scale = scaleOf(unit)
    if (!meaning || scale === undefined) return []
    const { part, domain, component, maxPowerWatts, label } = meaning
    const number = /^\D+(\d+)/.exec(block)?.[1] ?? ''
    const device = die === undefined ? 'chip' : `die-${die}`
    return [
      {
        id: `${PROVIDER}/${die === undefined ? '' : `${device}-`}${part}${number}`,
        provider: PROVIDER,
        domain,
        device: part === 'gpu' ? `apple-gpu${die === undefined ? '' : `-${die}`}` : device,
        component,
        covers: [component],
        contains: [],
        kind: 'energy_counter',
        tier: 'measured',
        method: `Energy of the ${label} by the chip's own model (IOReport, channel "${name}" in ${unit.trim()})`,
        band: APPLE_BAND,
        scale,
        maxPowerWatts,
        updatePeriodMs: 100,
        readAtBoundary: false,
        settings: { ...settings, channel: name },
      },
    ]
  })
