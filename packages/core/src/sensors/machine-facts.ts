import { readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { identifyCloud } from './cloud/identify-cloud.js'
import { readText } from './read-text.js'
import type { MachineFacts, ProbeEnvironment } from './sensor.js'

export type MachineRoots = Pick<ProbeEnvironment, 'sysfsRoot' | 'procRoot' | 'platform'>

/** Cores that cpuinfo gives by number only (implementer and part, Arm's MIDR_EL1 register). */
const ARM_CORES: Readonly<Record<string, string>> = {
  '0x41:0xd08': 'Arm Cortex-A72',
  '0x41:0xd0b': 'Arm Cortex-A76',
  '0x41:0xd0c': 'Arm Neoverse-N1',
  '0x41:0xd40': 'Arm Neoverse-V1',
  '0x41:0xd49': 'Arm Neoverse-N2',
  '0x41:0xd4f': 'Arm Neoverse-V2',
  '0x41:0xd83': 'Arm Neoverse-V3',
  '0xc0:0xac3': 'Ampere AmpereOne',
}

/** All values of each key of `/proc/cpuinfo`, in order. */
const parseCpuinfo = (text: string): Map<string, string[]> => {
  const fields = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const key = line.slice(0, colon).trim()
    const values = fields.get(key)
    if (values) values.push(line.slice(colon + 1).trim())
    else fields.set(key, [line.slice(colon + 1).trim()])
  }
  return fields
}

/** Arm's cpuinfo has no physical id; the topology files have. Unknown packages are numbered -1. */
const socketsByTopology = (sysfsRoot: string): number => {
  const directory = join(sysfsRoot, 'devices/system/cpu')
  const ids = new Set<string>()
  try {
    for (const entry of readdirSync(directory)) {
      if (!/^cpu\d+$/.test(entry)) continue
      const id = readText(join(directory, entry, 'topology/physical_package_id'))
      if (id !== undefined && /^\d+$/.test(id)) ids.add(id)
    }
  } catch {
    // No such directory: one socket is the honest default.
  }
  return Math.max(1, ids.size)
}

/** Guests without CPUID (Arm) show themselves only in the firmware's tables. */
const isVirtualByFirmware = (sysfsRoot: string): boolean => {
  const vendor = readText(join(sysfsRoot, 'class/dmi/id/sys_vendor')) ?? ''
  const product = readText(join(sysfsRoot, 'class/dmi/id/product_name')) ?? ''
  if (vendor === 'Amazon EC2') return !product.includes('.metal')
  return (
    /^(QEMU|VMware|Xen|innotek|Parallels)/.test(vendor) ||
    /Virtual Machine|Google Compute Engine|KVM|VirtualBox|OpenStack|Alibaba Cloud ECS/.test(product)
  )
}

const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

const memoryBytesOf = (procRoot: string): number => {
  const kibibytes = /^MemTotal:\s*(\d+) kB/m.exec(readText(join(procRoot, 'meminfo')) ?? '')?.[1]
  return kibibytes === undefined ? totalmem() : Number(kibibytes) * 1024
}

const linuxFacts = ({ sysfsRoot, procRoot }: MachineRoots): MachineFacts => {
  const fields = parseCpuinfo(readText(join(procRoot, 'cpuinfo')) ?? '')
  const first = (key: string): string | undefined => fields.get(key)?.[0] || undefined
  const flags = first('flags')?.split(' ')
  const cloud = identifyCloud(sysfsRoot)
  const armCore = ARM_CORES[`${first('CPU implementer')}:${first('CPU part')}`]
  const physicalIds = new Set(fields.get('physical id'))
  const cpuFamily = integer(first('cpu family'))
  const cpuModelNumber = integer(first('model'))
  const cpuStepping = integer(first('stepping'))
  const vendor = first('vendor_id')
  return {
    cpuModel: first('model name') ?? armCore ?? first('Model') ?? cpus()[0]?.model ?? 'unknown',
    threads: fields.get('processor')?.length ?? Math.max(1, cpus().length),
    sockets: physicalIds.size > 0 ? physicalIds.size : socketsByTopology(sysfsRoot),
    memoryBytes: memoryBytesOf(procRoot),
    ...(cloud && { cloud }),
    virtual: flags ? flags.includes('hypervisor') : isVirtualByFirmware(sysfsRoot),
    ...(cpuFamily !== undefined && { cpuFamily }),
    ...(cpuModelNumber !== undefined && { cpuModelNumber }),
    ...(cpuStepping !== undefined && { cpuStepping }),
    ...(vendor !== undefined && { vendor }),
    energyFiltering: flags?.includes('sgx') ?? false,
  }
}

/**
 * The facts that models stand on. On Linux from `/proc` and `/sys`, elsewhere from `node:os`, which knows neither
 * sockets nor guests: those are then 1 and false.
 */
export const readMachineFacts = (roots: MachineRoots): MachineFacts => {
  if (roots.platform === 'linux') return linuxFacts(roots)
  const processors = cpus()
  return {
    cpuModel: processors[0]?.model.trim() || 'unknown',
    threads: Math.max(1, processors.length),
    sockets: 1,
    memoryBytes: totalmem(),
    virtual: false,
    energyFiltering: false,
  }
}
