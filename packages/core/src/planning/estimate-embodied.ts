import { isServerAccelerator } from '../data/accelerators.js'
import { acceleratorPart } from '../footprint/accelerator-embodied.js'
import { machineParts, sumOfParts } from '../footprint/embodied.js'
import type { EmbodiedPart } from '../footprint/embodied-part.js'
import { guessMachineKind, type MachineGuess } from '../footprint/machine-kind.js'
import type { Location } from '../grid/location.js'
import type { Quantity } from '../quantity/quantity.js'
import type { MachineFacts } from '../sensors/sensor.js'
import type { CpuPart } from './cpu-part.js'
import type { GpuPart } from './gpu-part.js'

/** The machine that the named parts are in, as the rest of the engine knows machines. */
export const describedMachine = (
  cpu: CpuPart,
  memoryGb: number | undefined,
  location: Location,
): MachineFacts => ({
  cpuModel: cpu.row?.model ?? '',
  // A cloud's vCPU is a hardware thread, two of which share a core.
  threads: Math.ceil((cpu.cores ?? 0) * 2),
  sockets: Math.max(1, Math.ceil(cpu.cpus)),
  memoryBytes: (memoryGb ?? 0) * 1e9,
  virtual: location.provider !== undefined,
  energyFiltering: false,
})

/** What kind of machine it is: by place and CPU, and where those say nothing by its accelerators. */
export const describedKind = (machine: MachineFacts, location: Location, gpu: GpuPart): MachineGuess => {
  const guess = guessMachineKind(machine, location)
  if (guess.isFounded || !gpu.row || !isServerAccelerator(gpu.row)) return guess
  return { kind: 'server', isFounded: true, reason: `${gpu.row.name} is made for servers` }
}

interface EmbodiedEstimate {
  readonly carbon?: Quantity
  /** What it is the sum of. */
  readonly parts: readonly EmbodiedPart[]
  /** What is not in it. */
  readonly reason?: string
}

/** CPUs of one server; of other computers, one. */
const CPUS_OF_SERVER = 2

/** Computers that the CPUs fill. Where the host is not seen, its share is by threads instead. */
const computersOf = (cpu: CpuPart, machine: MachineFacts, kind: MachineGuess): number => {
  if (machine.virtual) return 1
  return cpu.share * Math.max(1, cpu.cpus / (kind.kind === 'server' ? CPUS_OF_SERVER : 1))
}

/** Share of the making of what was named: accelerators by the board, the computer by its used part of CPUs. */
export const estimateEmbodied = (
  hours: number,
  parts: { readonly cpu: CpuPart; readonly gpu: GpuPart },
  machine: MachineFacts,
  location: Location,
  kind: MachineGuess,
): EmbodiedEstimate => {
  const { cpu, gpu } = parts
  const made: EmbodiedPart[] = []
  if (cpu.power)
    made.push(
      ...machineParts({
        durationSeconds: hours * 3600,
        machine,
        share: computersOf(cpu, machine, kind),
        kind: kind.kind,
        location,
      }),
    )
  if (gpu.power) made.push(acceleratorPart(gpu.boards, hours, gpu.row))
  const carbon = sumOfParts(made)
  if (!carbon) return { parts: [], reason: 'neither a CPU nor an accelerator was named' }
  return {
    carbon,
    parts: made,
    ...(!cpu.power && { reason: 'the computer around the accelerators is not in it: no CPU was named' }),
  }
}
