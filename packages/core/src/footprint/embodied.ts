import { EMBODIED } from '../data/embodied.gen.js'
import type { Location } from '../grid/location.js'
import { sumQuantities } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import type { MachineFacts } from '../sensors/sensor.js'
import { type EmbodiedPart, embodiedPart, type Making, type Share, shareOf } from './embodied-part.js'
import { guessMachineKind, type MachineKind } from './machine-kind.js'
import { coresOf, cpuMaking, enclosureMaking, memoryMaking, storageMaking } from './server-parts.js'

/** Hardware threads of the host of a guest, which cannot see it: a small, a usual and a large server of recent years. */
const HOST_THREADS = { small: 64, usual: 128, large: 256 }
const HOST_SOCKETS = 2

export interface EmbodiedQuestion {
  /** Wall time for which the machine was taken up. */
  readonly durationSeconds: number
  readonly machine: MachineFacts
  /** Part of the machine that was taken up meanwhile, above 1 for several such machines. Default 1. */
  readonly share?: number
  /** Default: guessed from the machine and, where it is given, its place. */
  readonly kind?: MachineKind
  readonly location?: Location
  /** The making of a server by its parts instead of as a whole. */
  readonly byParts?: boolean
  /** Solid-state storage; by parts only. */
  readonly storageGb?: number
  /** The user's own figure for the whole machine, kgCO2e. */
  readonly machineKg?: number
  /** Default 4 years, 3 to 6. */
  readonly lifetimeYears?: number
}

/**
 * A server without accelerators. Makers' declarations spread too widely for a median to mean much (one machine in the
 * list may be ten times another), so the value is that of one well-described training cluster and the bounds are theirs.
 */
const SERVER: Making = {
  kilograms: EMBODIED.server.value,
  low: EMBODIED.serverDeclarations.low,
  high: EMBODIED.serverDeclarations.high,
  label: `server, ${EMBODIED.server.value} kgCO2e without accelerators (${EMBODIED.server.source}; makers' declarations: ${EMBODIED.serverDeclarations.low} to ${EMBODIED.serverDeclarations.high})`,
}

const declared = (kind: 'laptop' | 'desktop'): Making => {
  const { value, low, high, source } = EMBODIED[kind]
  return { kilograms: value, low, high, label: `${kind}, ${value} kgCO2e (${low} to ${high}; ${source})` }
}

const stated = (kilograms: number): Making => ({
  kilograms,
  low: kilograms,
  high: kilograms,
  label: `machine, ${kilograms} kgCO2e, as stated`,
})

/** Share of the host that a guest takes up, by threads. */
const hostShare = (threads: number): Share => ({
  factor: {
    value: Math.min(1, threads / HOST_THREADS.usual),
    low: Math.min(1, threads / HOST_THREADS.large),
    high: Math.min(1, threads / HOST_THREADS.small),
    tier: 'assumed',
  },
  step: `× ${threads} of ${HOST_THREADS.usual} host threads (assumed; ${HOST_THREADS.small} to ${HOST_THREADS.large})`,
})

/** Of a guest, memory and storage are its own; the rest is shared by threads. */
const partsOfServer = ({
  machine,
  storageGb,
}: EmbodiedQuestion): readonly {
  readonly name: string
  readonly making: Making
  readonly isShared: boolean
}[] => {
  const { virtual, sockets, memoryBytes } = machine
  const host = virtual
    ? { sockets: HOST_SOCKETS, threads: HOST_THREADS.usual }
    : { sockets, threads: machine.threads }
  return [
    { name: 'cpu', making: cpuMaking(host.sockets, coresOf(host)), isShared: virtual },
    ...(memoryBytes > 0
      ? [{ name: 'memory', making: memoryMaking(memoryBytes / 1e9), isShared: false }]
      : []),
    ...(storageGb === undefined
      ? []
      : [{ name: 'storage', making: storageMaking(storageGb), isShared: false }]),
    { name: 'enclosure', making: enclosureMaking(), isShared: virtual },
  ]
}

/**
 * The run's share of the carbon that was emitted to make the machine, by what it is made of: footprint × time used /
 * lifetime × share of the machine (M = TE × TS × RS of the SCI specification, ISO/IEC 21031). Time counts against the
 * calendar, so hours in which a laptop lies in a bag are nobody's.
 *
 * Everything in it is assumed, and the interval is as wide as that is. Accelerators are not in it.
 */
export const machineParts = (question: EmbodiedQuestion): readonly EmbodiedPart[] => {
  const { durationSeconds, machine, share = 1, kind, location, machineKg, lifetimeYears } = question
  const guess = kind ? { kind, reason: 'as stated' } : guessMachineKind(machine, location)
  const hours = durationSeconds / 3600
  const own = shareOf(share)
  const isGuest = guess.kind === 'server' && machine.virtual
  if (machineKg !== undefined)
    return [embodiedPart(guess.kind, stated(machineKg), hours, lifetimeYears, [own])]
  if (guess.kind === 'server' && question.byParts)
    return partsOfServer(question).map(({ name, making, isShared }) =>
      embodiedPart(name, making, hours, lifetimeYears, [
        ...(isShared ? [hostShare(machine.threads)] : []),
        own,
      ]),
    )
  const device = guess.kind === 'server' ? SERVER : declared(guess.kind)
  const label = `${device.label}; taken for a ${guess.kind}: ${guess.reason}`
  return [
    embodiedPart(guess.kind, { ...device, label }, hours, lifetimeYears, [
      ...(isGuest ? [hostShare(machine.threads)] : []),
      own,
    ]),
  ]
}

/** Parts of one total. Their makings were published apart; the errors of lifetime and share are small beside those. */
export const sumOfParts = (parts: readonly EmbodiedPart[]): Quantity | undefined =>
  sumQuantities(
    parts.map(({ carbon_g }) => carbon_g),
    parts.map(({ carbon_g }) => carbon_g.method).join('; plus '),
  )

/** All parts of the machine together, gCO2e. */
export const embodiedCarbon = (question: EmbodiedQuestion): Quantity => sumOfParts(machineParts(question))!
