import type { Component, MachineFacts, SensorDomain } from '../sensor.js'
import type { Zone } from './zones.js'

/** What a zone measures, by its name and its place. */
export interface ZoneMeaning {
  readonly domain: SensorDomain
  /** Zones of one domain and device show the same energy. */
  readonly device: string
  readonly component: Component
  readonly covers: readonly Component[]
}

const PACKAGE = /^package-(\d+)(?:-die-(\d+))?$/
/** The platform zone is numbered when the platform's master socket is not socket 0. */
const PLATFORM = /^psys(?:-\d+)?$/

export const isAmd = (machine: MachineFacts): boolean =>
  machine.vendor === 'AuthenticAMD' || machine.vendor === 'HygonGenuine'

/**
 * AMD has one counter per socket, which older kernels show once per die; Intel's dies (Cascade Lake AP) each have
 * their own.
 */
const packageDevice = (name: string, machine: MachineFacts): string | undefined => {
  const match = PACKAGE.exec(name)
  if (!match) return undefined
  const [, socket, die] = match
  return die === undefined || isAmd(machine) ? `socket-${socket}` : `socket-${socket}-die-${die}`
}

/** Undefined for names that no kernel is known to give. */
export const zoneMeaning = (zone: Zone, machine: MachineFacts): ZoneMeaning | undefined => {
  if (PLATFORM.test(zone.name)) {
    return { domain: 'platform', device: 'machine', component: 'cpu', covers: ['cpu', 'memory', 'other'] }
  }
  const ofPackage = packageDevice(zone.name, machine)
  if (ofPackage) return { domain: 'package', device: ofPackage, component: 'cpu', covers: ['cpu'] }
  const parentDevice = zone.parent && packageDevice(zone.parent.name, machine)
  switch (zone.name) {
    case 'dram':
      // Without a parent package its number is all that tells one top-level memory zone from the next.
      return {
        domain: 'dram',
        device: parentDevice ?? `memory-${zone.address.split(':')[1]}`,
        component: 'memory',
        covers: ['memory'],
      }
    case 'core':
    case 'uncore':
      return { domain: zone.name, device: parentDevice ?? 'machine', component: 'cpu', covers: ['cpu'] }
    default:
      return undefined
  }
}
