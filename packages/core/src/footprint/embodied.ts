import { EMBODIED } from '../data/embodied.gen.js'
import type { Location } from '../grid/location.js'
import { type Factor, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { MachineFacts } from '../sensors/sensor.js'
import { guessMachineKind, type MachineKind } from './machine-kind.js'

/** The shortest and longest time that such machines stay in use; the value itself is Boavizta's and the SCI's 4 years. */
const SHORT_LIFE_HOURS = 3 * 8760
const LONG_LIFE_HOURS = 6 * 8760

/** Hardware threads of the host of a guest, which cannot see it: a small, a usual and a large server of recent years. */
const HOST_THREADS = { small: 64, usual: 128, large: 256 }

export interface EmbodiedQuestion {
  /** Wall time for which the machine was taken up. */
  readonly durationSeconds: number
  readonly machine: MachineFacts
  /** Part of the machine that was taken up meanwhile, above 1 for several such machines. Default 1. */
  readonly share?: number
  /** Default: guessed from the machine and, where it is given, its place. */
  readonly kind?: MachineKind
  readonly location?: Location
}

interface Device {
  readonly kilograms: number
  readonly low: number
  readonly high: number
  readonly label: string
}

/**
 * A server without accelerators. Makers' declarations spread too widely for a median to mean much (one machine in the
 * list may be ten times another), so the value is that of one well-described training cluster and the bounds are theirs.
 */
const SERVER: Device = {
  kilograms: EMBODIED.server.value,
  low: EMBODIED.serverDeclarations.low,
  high: EMBODIED.serverDeclarations.high,
  label: `server, ${EMBODIED.server.value} kgCO2e without accelerators (${EMBODIED.server.source}; makers' declarations: ${EMBODIED.serverDeclarations.low} to ${EMBODIED.serverDeclarations.high})`,
}

const declared = (kind: 'laptop' | 'desktop'): Device => {
  const { value, low, high, source } = EMBODIED[kind]
  return { kilograms: value, low, high, label: `${kind}, ${value} kgCO2e (${low} to ${high}; ${source})` }
}

/** Share of the host that a guest takes up, by threads. */
const hostShare = (threads: number): Factor => ({
  value: Math.min(1, threads / HOST_THREADS.usual),
  low: Math.min(1, threads / HOST_THREADS.large),
  high: Math.min(1, threads / HOST_THREADS.small),
  tier: 'assumed',
})

/** Part of its life for which a machine was taken up. */
export const lifetimeShare = (hours: number): Factor => ({
  value: hours / EMBODIED.lifetimeHours.value,
  low: hours / LONG_LIFE_HOURS,
  high: hours / SHORT_LIFE_HOURS,
  tier: 'assumed',
})

/** The same in words. */
export const lifetimeStep = (hours: number): string =>
  `× ${Number(hours.toPrecision(3))} h of ${EMBODIED.lifetimeHours.value} h (4 years; 3 to 6)`

const exactly = (value: number): Factor => ({ value, low: value, high: value, tier: 'assumed' })

/**
 * The run's share of the carbon that was emitted to make the machine: footprint × time used / lifetime × share of the
 * machine (M = TE × TS × RS of the SCI specification, ISO/IEC 21031). Time counts against the calendar, so hours in
 * which a laptop lies in a bag are nobody's.
 *
 * Everything in it is assumed, and the interval is as wide as that is. Accelerators are not in it.
 *
 * @returns gCO2e.
 */
export const embodiedCarbon = ({
  durationSeconds,
  machine,
  share = 1,
  kind,
  location,
}: EmbodiedQuestion): Quantity => {
  const guess = kind ? { kind, reason: 'as stated' } : guessMachineKind(machine, location)
  const device = guess.kind === 'server' ? SERVER : declared(guess.kind)
  const hours = durationSeconds / 3600
  const isShareOfHost = guess.kind === 'server' && machine.virtual
  const steps = [
    `${device.label}; taken for a ${guess.kind}: ${guess.reason}`,
    lifetimeStep(hours),
    ...(isShareOfHost
      ? [
          `× ${machine.threads} of ${HOST_THREADS.usual} host threads (assumed; ${HOST_THREADS.small} to ${HOST_THREADS.large})`,
        ]
      : []),
    ...(share !== 1 ? [`× share ${Number(share.toPrecision(3))} of the machine`] : []),
  ]
  return multiplyQuantity(
    {
      value: device.kilograms * 1000,
      low: device.low * 1000,
      high: device.high * 1000,
      unit: 'gCO2e',
      tier: 'assumed',
      method: device.label,
    },
    [lifetimeShare(hours), isShareOfHost ? hostShare(machine.threads) : exactly(1), exactly(share)],
    'gCO2e',
    steps.join(' '),
  )
}
