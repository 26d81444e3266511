import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openDecimalFile } from '../decimal-file.js'
import { readGrant } from '../read-grant.js'
import { errorCode } from '../read-text.js'
import type { MachineFacts, UnavailableSensor } from '../sensor.js'
import type { Zone } from './zones.js'

export type Obstacle = Pick<UnavailableSensor, 'state' | 'reason' | 'remedy'>

/** The file with the counter. */
export const energyFile = (zone: Pick<Zone, 'directory'>): string => join(zone.directory, 'energy_uj')

const GRANT = readGrant(['/sys/class/powercap/intel-rapl*:*/energy_uj'])

const MOUNT =
  'Give the container the directory under another path and name its root:\n' +
  'docker run -v /sys/devices/virtual/powercap:/host/sys/devices/virtual/powercap:ro -e EPOCHWATT_SYSFS_ROOT=/host/sys ...\n' +
  'On the host the counters must be readable for the group that the container runs with (--group-add).'

const lockedRemedy = (zone: Zone): string => {
  try {
    const groupMayRead = (statSync(energyFile(zone)).mode & 0o040) !== 0
    if (groupMayRead) {
      return `A group may read it already; join it:\nsudo usermod --append --groups "$(stat -c %G ${energyFile(zone)})" "$USER"   # then log in again`
    }
  } catch {
    // Then the general answer must do.
  }
  return GRANT
}

const obstacleOf = (zone: Zone, code: string): Obstacle => {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return {
        state: 'locked',
        reason: `${energyFile(zone)} exists, but this user may not read it (the kernel reserves it for root since Linux 5.10)`,
        remedy: lockedRemedy(zone),
      }
    case 'ENOENT':
      return { state: 'absent', reason: `zone ${zone.address} limits power but has no energy counter` }
    default:
      return { state: 'broken', reason: `reading ${energyFile(zone)} failed: ${code}` }
  }
}

/** Why a zone's counter cannot be used now; undefined when it can. */
export const zoneObstacle = (zone: Zone, machine: MachineFacts): Obstacle | undefined => {
  try {
    const file = openDecimalFile(energyFile(zone))
    const value = file.read()
    const code = file.error()
    file.close()
    if (code !== undefined) return obstacleOf(zone, code)
    // KVM answers reads of the energy registers with 0 unless told otherwise.
    if (value === 0 && machine.virtual) {
      return {
        state: 'broken',
        reason: `the hypervisor answers zone ${zone.address} with a constant 0`,
        remedy:
          'Measure on the host, or have it emulate the counters (QEMU: -accel kvm,rapl=on with qemu-vmsr-helper).',
      }
    }
    return undefined
  } catch (error) {
    return obstacleOf(zone, errorCode(error))
  }
}

/** Why there is no zone at all. */
export const noZonesObstacle = (sysfsRoot: string, machine: MachineFacts, masked: number): Obstacle => {
  if (masked > 0) {
    return {
      state: 'locked',
      reason: `${sysfsRoot}/class/powercap lists ${masked} zones but their directories are masked, as container runtimes do`,
      remedy: MOUNT,
    }
  }
  if (machine.virtual) {
    return {
      state: 'absent',
      reason: 'this is a virtual machine and its hypervisor passes no energy counters on',
      remedy: 'Measure on the host or on a bare-metal instance; until then a model is used.',
    }
  }
  return {
    state: 'absent',
    reason: `no RAPL zones below ${sysfsRoot}/class/powercap`,
    remedy: 'If the CPU is an Intel since Sandy Bridge or an AMD since Zen: sudo modprobe intel_rapl_msr',
  }
}
