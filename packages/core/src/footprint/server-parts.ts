import { EMBODIED } from '../data/embodied.gen.js'
import type { MachineFacts } from '../sensors/sensor.js'
import type { Making } from './embodied-part.js'

/** Gigabytes of a usual module; die area of a core with its part of cache and fabric, mm². */
const MODULE_GB = 32
const CORE_DIE_MM2 = 25
/** Two power supplies of 2.99 kg, as servers have. */
const POWER_SUPPLY_KG = 2 * 2.99

/** Formulas of this kind and published figures of whole servers differ by as much, both ways. */
const FACTOR = 2

const between = (kilograms: number, label: string): Making => ({
  kilograms,
  low: kilograms / FACTOR,
  high: kilograms * FACTOR,
  label,
})

const rounded = (value: number): number => Number(value.toPrecision(3))

/** CPU = 9.14 kg + 1.97 kg per cm² of die, each. */
export const cpuMaking = (sockets: number, cores: number): Making => {
  const { cpuBase, cpuDie } = EMBODIED
  const kilograms = sockets * cpuBase.value + cpuDie.value * cores * CORE_DIE_MM2
  return between(
    kilograms,
    `${sockets} CPU, ${rounded(cores)} cores of ${CORE_DIE_MM2} mm² (assumed), ${rounded(kilograms)} kgCO2e (${cpuDie.source})`,
  )
}

/** Memory = 5.22 kg per module + 2.20 kg per cm² of die, 1.25 GB per cm². */
export const memoryMaking = (gigabytes: number): Making => {
  const { memoryBase, memoryDie, memoryDensity } = EMBODIED
  const modules = Math.max(1, Math.ceil(gigabytes / MODULE_GB))
  const kilograms = modules * memoryBase.value + (memoryDie.value * gigabytes) / memoryDensity.value
  return between(
    kilograms,
    `${rounded(gigabytes)} GB of memory in modules of ${MODULE_GB} GB (assumed), ${rounded(kilograms)} kgCO2e (${memoryDie.source})`,
  )
}

/** SSD = 6.34 kg + 2.20 kg per cm² of die, 48.5 GB per cm². */
export const storageMaking = (gigabytes: number): Making => {
  const { storageBase, storageDie, storageDensity } = EMBODIED
  const kilograms = storageBase.value + (storageDie.value * gigabytes) / storageDensity.value
  return between(
    kilograms,
    `${rounded(gigabytes)} GB of solid-state storage, ${rounded(kilograms)} kgCO2e (${storageDie.source})`,
  )
}

/** Board, two power supplies, case and assembly. */
export const enclosureMaking = (): Making => {
  const { motherboard, powerSupply, rackCase, assembly } = EMBODIED
  const kilograms = motherboard.value + powerSupply.value * POWER_SUPPLY_KG + rackCase.value + assembly.value
  return between(
    kilograms,
    `board, power supplies, case and assembly, ${rounded(kilograms)} kgCO2e (${rackCase.source})`,
  )
}

/** Cores of a machine: hardware threads come in pairs on servers. */
export const coresOf = ({ threads }: Pick<MachineFacts, 'threads'>): number => Math.max(1, threads / 2)
