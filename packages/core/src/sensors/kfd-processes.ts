import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readNumber, readText } from './read-text.js'

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')

/** `location_id` holds bus, device and function as PCI does. */
const pciAddressOf = (properties: string): string | undefined => {
  const fieldOf = (name: string): number | undefined => {
    const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(properties)?.[1]
    return value === undefined ? undefined : Number(value)
  }
  const location = fieldOf('location_id')
  if (location === undefined) return undefined
  return `${hex(fieldOf('domain') ?? 0, 4)}:${hex((location >>> 8) & 0xff, 2)}:${hex((location >>> 3) & 0x1f, 2)}.${location & 7}`
}

/** Numbers under which AMD's compute driver knows its GPUs, by PCI address. */
export const kfdGpus = (sysfsRoot: string): ReadonlyMap<string, number> => {
  const nodes = join(sysfsRoot, 'class/kfd/kfd/topology/nodes')
  const gpus = new Map<string, number>()
  for (const node of list(nodes)) {
    // A node without a number is a processor.
    const id = readNumber(join(nodes, node, 'gpu_id'))
    const address = pciAddressOf(readText(join(nodes, node, 'properties')) ?? '')
    if (id && address !== undefined) gpus.set(address, id)
  }
  return gpus
}

/** Processes that compute on a GPU through AMD's driver (ROCm), by the host's ids: those that hold some of its memory. */
export const kfdProcesses = (sysfsRoot: string, gpu: number): number[] => {
  const processes = join(sysfsRoot, 'class/kfd/kfd/proc')
  return list(processes)
    .filter(pid => (readNumber(join(processes, pid, `vram_${gpu}`)) ?? 0) > 0)
    .map(Number)
}
