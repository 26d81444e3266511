import { fileURLToPath } from 'node:url'
import { compileStub } from '../compile-stub.js'

/** Beside this file in the sources, which is also where the compiled module finds it. */
const SOURCE = fileURLToPath(new URL('../../src/fake-amd-smi/amd-smi-stub.c', import.meta.url))

/**
 * A library that stands for libamd_smi.so, compiled when it is asked for. Its state belongs to the process: all threads
 * that load it see the same GPUs.
 */
export interface AmdSmiStub {
  /** Absolute path, for `EPOCHWATT_AMD_SMI_LIBRARY`. */
  readonly path: string
  /** Any number of GPUs at `0000:03:00.0`, `0000:43:00.0`, … Forgets everything else. */
  setGpus(count: number, name?: string): void
  /** From now on the counter shows this and grows with real time. */
  set(gpu: number, joules: number, watts: number): void
  setFrozen(gpu: number, frozen: boolean): void
  /** Return code of the energy counter; 0 is success, 2 not supported. */
  setStatus(gpu: number, status: number): void
  setAddress(gpu: number, domain: number, bus: number, device: number, pciFunction: number): void
  /** How long initialising takes. */
  setInitMs(milliseconds: number): void
  inits(): number
  /** The driver is loaded anew: counters start again, everybody must initialise again. */
  reload(): void
  dispose(): void
}

/**
 * @param koffi Resolved path of koffi, through which the stub is told what to show.
 * @throws When the compiler fails.
 */
export const buildAmdSmiStub = (compiler: string, koffi: string): AmdSmiStub => {
  const { path, call, dispose } = compileStub(compiler, koffi, SOURCE, 'libamd_smi.so')
  const setGpus = call('fake_gpus', ['int', 'str'])
  const set = call('fake_set', ['int', 'double', 'double'])
  const setFrozen = call('fake_frozen', ['int', 'int'])
  const setStatus = call('fake_status', ['int', 'int'])
  const setAddress = call('fake_address', ['int', 'uint32_t', 'uint32_t', 'uint32_t', 'uint32_t'])
  const setInitMs = call('fake_init_ms', ['int'])
  const inits = call('fake_inits', [], 'int')
  const reload = call('fake_reload', [])
  return {
    path,
    setGpus: (count, name = 'AMD Instinct MI210') => void setGpus(count, name),
    set: (gpu, joules, watts) => void set(gpu, joules, watts),
    setFrozen: (gpu, frozen) => void setFrozen(gpu, Number(frozen)),
    setStatus: (gpu, status) => void setStatus(gpu, status),
    setAddress: (gpu, ...address) => void setAddress(gpu, ...address),
    setInitMs: milliseconds => void setInitMs(milliseconds),
    inits: () => inits(),
    reload: () => void reload(),
    dispose,
  }
}
