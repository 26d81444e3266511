import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CpuOptions {
  readonly vendor?: string
  readonly modelName?: string
  readonly family?: number
  readonly model?: number
  readonly stepping?: number
  readonly sockets?: number
  /** Hardware threads of the whole machine. */
  readonly threads?: number
  /** Beside `fpu` and `sse2`, e.g. `hypervisor` or `sgx`. */
  readonly flags?: readonly string[]
  readonly memoryGib?: number
}

export const DEFAULT_CPU: Required<CpuOptions> = {
  vendor: 'GenuineIntel',
  modelName: 'Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz',
  family: 6,
  model: 85,
  stepping: 7,
  sockets: 1,
  threads: 16,
  flags: [],
  memoryGib: 64,
}

/** `cpuinfo` and `meminfo`. */
export const writeMachineFiles = (procRoot: string, cpu: Required<CpuOptions>): void => {
  const processors = Array.from({ length: cpu.threads }, (_, thread) =>
    [
      `processor\t: ${thread}`,
      `vendor_id\t: ${cpu.vendor}`,
      `cpu family\t: ${cpu.family}`,
      `model\t\t: ${cpu.model}`,
      `model name\t: ${cpu.modelName}`,
      `stepping\t: ${cpu.stepping}`,
      `physical id\t: ${Math.floor((thread * cpu.sockets) / cpu.threads)}`,
      `flags\t\t: ${['fpu', 'sse2', ...cpu.flags].join(' ')}`,
      '',
    ].join('\n'),
  )
  writeFileSync(join(procRoot, 'cpuinfo'), `${processors.join('\n')}\n`)
  writeFileSync(join(procRoot, 'meminfo'), `MemTotal:       ${cpu.memoryGib * 1024 * 1024} kB\n`)
}
