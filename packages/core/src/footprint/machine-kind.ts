import { normaliseCpuModel } from '../data/cpu-model-name.js'
import type { Location } from '../grid/location.js'
import type { MachineFacts } from '../sensors/sensor.js'

export type MachineKind = 'laptop' | 'desktop' | 'server'

export interface MachineGuess {
  readonly kind: MachineKind
  /** False where nothing spoke for any kind. */
  readonly isFounded: boolean
  /** What the guess stands on, for the record. */
  readonly reason: string
}

// All on names as `normaliseCpuModel` writes them.
const LAPTOP_CPU =
  /^(intel core .*\d(u|ul|um|h|hx|hk|hq|hf|hs|p|y|v|m|mq|mx|qm|xm|lm|le|ue|g\d)$|intel core m|intel core .*\dy\d|amd ryzen (ai|z\d)\b|amd ryzen .*\d(u|h|hs|hx|hx3d|c)$|apple m\d)/
const DESKTOP_CPU = /^(intel core .*\d|intel xeon w|amd (ryzen|threadripper|athlon|fx|phenom|a\d))/
const SERVER_CPU = /^intel xeon|^amd (epyc|opteron)|\b(neoverse|altra|ampereone|graviton\d?|grace)\b/

const byCpu = (cpuModel: string): MachineKind | undefined => {
  const name = normaliseCpuModel(cpuModel)
  if (LAPTOP_CPU.test(name)) return 'laptop'
  if (DESKTOP_CPU.test(name)) return 'desktop'
  return SERVER_CPU.test(name) ? 'server' : undefined
}

/**
 * Whether a machine is a laptop, a desktop or a server, from what little it says about itself. The CPU's name comes
 * before the fact of being a guest: a laptop CPU under a hypervisor is WSL or a virtual machine at somebody's desk.
 */
export const guessMachineKind = (machine: MachineFacts, location?: Location): MachineGuess => {
  if (location?.provider)
    return { kind: 'server', isFounded: true, reason: `it runs at ${location.provider}` }
  if (machine.isHandheld)
    return { kind: 'laptop', isFounded: true, reason: 'it is a phone or tablet, which is less than a laptop' }
  const kind = byCpu(machine.cpuModel)
  if (kind) return { kind, isFounded: true, reason: `its CPU is a ${kind} model` }
  if (machine.sockets > 1)
    return { kind: 'server', isFounded: true, reason: `it has ${machine.sockets} sockets` }
  if (machine.virtual) return { kind: 'server', isFounded: true, reason: 'it is a virtual machine' }
  return { kind: 'desktop', isFounded: false, reason: 'nothing says what it is' }
}
