import { join } from 'node:path'
import { findCpuPower } from '../../data/cpu-power.js'
import { readNumber } from '../read-text.js'
import type {
  MachineFacts,
  ProbeEnvironment,
  ProbeResult,
  SensorProvider,
  SensorSpec,
  UnavailableSensor,
} from '../sensor.js'
import type { PowercapSettings } from './open-powercap.js'
import { noZonesObstacle, zoneObstacle } from './zone-access.js'
import { zoneBand } from './zone-band.js'
import { type ZoneMeaning, zoneMeaning } from './zone-meaning.js'
import { findZones, powerLimitWatts, type Zone } from './zones.js'

const PROVIDER = 'powercap'

/** A zone that can be read and whose meaning is known. */
interface Candidate extends ZoneMeaning {
  readonly id: string
  readonly zone: Zone
}

/** `powercap/package-0`, `powercap/package-0/dram`, `powercap/mmio/package-0`. */
const baseId = ({ name, parent, mmio }: Zone): string =>
  [
    PROVIDER,
    ...(mmio ? ['mmio'] : []),
    ...(parent && !name.startsWith('psys') ? [parent.name] : []),
    name,
  ].join('/')

/** Top-level memory zones of several sockets all have one name; the number of the zone tells them apart. */
const uniqueId = (zone: Zone, taken: Set<string>): string => {
  const base = baseId(zone)
  const id = taken.has(base) ? `${base}@${zone.address}` : base
  taken.add(id)
  return id
}

const isInside = (inner: Zone, outer: Zone): boolean =>
  inner.parent !== undefined && (inner.parent === outer || isInside(inner.parent, outer))

/** The first zone of a device stands for all that show the same: mmio doubles, AMD's mirrored dies. */
const repeats = (outer: Candidate, inner: Candidate, candidates: readonly Candidate[]): boolean => {
  if (outer.device === inner.device) return candidates.indexOf(outer) < candidates.indexOf(inner)
  // Memory below its packages and once more at the top level: the first one below stands for the rest.
  const firstBelow = candidates.find(({ domain, zone }) => domain === 'dram' && zone.parent)
  return outer === firstBelow && inner.zone.parent === undefined
}

/** Whether the energy of `inner` is also in `outer`. */
const contains = (outer: Candidate, inner: Candidate, candidates: readonly Candidate[]): boolean => {
  if (outer === inner) return false
  if (outer.domain === inner.domain) return repeats(outer, inner, candidates)
  if (outer.domain === 'platform') return true
  // Memory has its own supply: its energy is beside the package's, also where its zone is a child of it.
  const isPart = inner.domain === 'core' || inner.domain === 'uncore'
  return outer.domain === 'package' && isPart && isInside(inner.zone, outer.zone)
}

const methodOf = ({ zone, domain }: Candidate): string => {
  const what = domain === 'platform' ? ', whose extent each vendor defines' : ''
  const how = zone.mmio ? ', read through memory-mapped registers' : ''
  return `RAPL energy counter of zone ${zone.name}${what}${how}, read from Linux powercap in microjoules`
}

/** AMD's zones have no limits. Turbo and overdrive stay below twice the TDP; `undefined` leaves the meter's own ceiling. */
const maxPowerOf = ({ zone, domain }: Candidate, machine: MachineFacts): number | undefined => {
  const limit = powerLimitWatts(zone)
  const tdp = domain === 'package' && !machine.virtual ? findCpuPower(machine.cpuModel)?.tdpWatts : undefined
  if (limit === undefined) return tdp === undefined ? undefined : 2 * tdp
  return Math.max(limit, tdp ?? 0)
}

const toSpec = (
  candidate: Candidate,
  candidates: readonly Candidate[],
  machine: MachineFacts,
): SensorSpec => {
  const { id, zone, domain, device, component, covers } = candidate
  const wrapRaw = readNumber(join(zone.directory, 'max_energy_range_uj'))
  const maxPowerWatts = maxPowerOf(candidate, machine)
  const settings: PowercapSettings = { directory: zone.directory, name: zone.name }
  return {
    id,
    provider: PROVIDER,
    domain,
    device,
    component,
    covers,
    contains: candidates.filter(other => contains(candidate, other, candidates)).map(other => other.id),
    kind: 'energy_counter',
    tier: 'measured',
    method: methodOf(candidate),
    band: zoneBand(domain, machine),
    scale: 1e-6,
    ...(wrapRaw && { wrapRaw }),
    ...(maxPowerWatts && { maxPowerWatts }),
    updatePeriodMs: 1,
    readAtBoundary: true,
    ...(domain === 'platform' && { optIn: 'psys' }),
    settings: { ...settings },
  }
}

const probe = ({ sysfsRoot, platform, machine }: ProbeEnvironment): ProbeResult => {
  if (platform !== 'linux') {
    const reason = `powercap is an interface of Linux; this is ${platform}`
    return { sensors: [], unavailable: [{ id: PROVIDER, domain: 'package', state: 'absent', reason }] }
  }
  const { zones, masked } = findZones(sysfsRoot)
  if (zones.length === 0) {
    const obstacle = noZonesObstacle(sysfsRoot, machine, masked)
    return { sensors: [], unavailable: [{ id: PROVIDER, domain: 'package', ...obstacle }] }
  }
  const candidates: Candidate[] = []
  const unavailable: UnavailableSensor[] = []
  const taken = new Set<string>()
  for (const zone of zones) {
    const meaning = zoneMeaning(zone, machine)
    // A name that no kernel is known to give: adding it to anything would be a guess.
    if (!meaning) continue
    const id = uniqueId(zone, taken)
    const obstacle = zoneObstacle(zone, machine)
    if (obstacle) unavailable.push({ id, domain: meaning.domain, ...obstacle })
    else candidates.push({ id, zone, ...meaning })
  }
  return { sensors: candidates.map(candidate => toSpec(candidate, candidates, machine)), unavailable }
}

/** CPU packages, memory and (on request) the platform through the RAPL counters of Linux powercap. */
export const powercapProvider: SensorProvider = { name: PROVIDER, probe }
