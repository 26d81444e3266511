import { fileURLToPath } from 'node:url'
import { compileStub } from '../compile-stub.js'

/** Beside this file in the sources, which is also where the compiled module finds it. */
const SOURCE = fileURLToPath(new URL('../../src/fake-nvidia/nvml-stub.c', import.meta.url))

/** A board's processes and how much of its multiprocessors each had at an instant. */
export interface StubProcess {
  readonly pid: number
  readonly timestampMicroseconds: number
  readonly smPercent: number
}

/**
 * A library that stands for libnvidia-ml.so.1, compiled when it is asked for. Its state belongs to the process: all
 * threads that load it see the same boards.
 */
export interface NvmlStub {
  /** Absolute path, for `EPOCHWATT_NVML_LIBRARY`. */
  readonly path: string
  /** Any number of boards with identities `GPU-a0000000-fake`, `GPU-a0000001-fake`, … Forgets everything else. */
  setBoards(count: number, name?: string): void
  /** From now on the counter shows this and grows with real time. */
  set(board: number, millijoules: number, milliwatts: number): void
  /** Return codes of the energy counter and of POWER_INSTANT; 0 is success, 3 not supported. */
  setReturns(board: number, energy: number, instant: number): void
  setBusy(board: number, percent: number): void
  setProcesses(board: number, processes: readonly StubProcess[]): void
  /** How long initialising takes. */
  setInitMs(milliseconds: number): void
  inits(): number
  /** The driver is loaded anew: counters start again, handles must be asked for again. */
  reload(): void
  dispose(): void
}

/**
 * @param koffi Resolved path of koffi, through which the stub is told what to show.
 * @throws When the compiler fails.
 */
export const buildNvmlStub = (compiler: string, koffi: string): NvmlStub => {
  const { path, call, dispose } = compileStub(compiler, koffi, SOURCE, 'libnvidia-ml.so.1')
  const setBoards = call('fake_boards', ['int', 'str'])
  const set = call('fake_set', ['int', 'uint64_t', 'uint32_t'])
  const setReturns = call('fake_returns', ['int', 'int', 'int'])
  const setBusy = call('fake_busy', ['int', 'uint32_t'])
  const setCount = call('fake_processes', ['int', 'uint32_t'])
  const setProcess = call('fake_process', ['int', 'uint32_t', 'uint32_t', 'uint64_t', 'uint32_t'])
  const setInitMs = call('fake_init_ms', ['int'])
  const inits = call('fake_inits', [], 'int')
  const reload = call('fake_reload', [])
  return {
    path,
    setBoards: (count, name = 'NVIDIA H100 80GB HBM3') => void setBoards(count, name),
    set: (board, millijoules, milliwatts) => void set(board, millijoules, milliwatts),
    setReturns: (board, energy, instant) => void setReturns(board, energy, instant),
    setBusy: (board, percent) => void setBusy(board, percent),
    setProcesses(board, processes) {
      for (const [at, { pid, timestampMicroseconds, smPercent }] of processes.entries()) {
        setProcess(board, at, pid, timestampMicroseconds, smPercent)
      }
      setCount(board, processes.length)
    },
    setInitMs: milliseconds => void setInitMs(milliseconds),
    inits: () => inits(),
    reload: () => void reload(),
    dispose,
  }
}
