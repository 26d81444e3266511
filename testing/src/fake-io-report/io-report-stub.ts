import { fileURLToPath } from 'node:url'
import { compileStub } from '../compile-stub.js'

const SOURCE = fileURLToPath(new URL('../../src/fake-io-report/io-report-stub.c', import.meta.url))

/** A library that stands for Apple's IOReport and CoreFoundation, compiled when it is asked for. */
export interface IoReportStub {
  /** Absolute path, for both libraries. */
  readonly path: string
  /** Shows one channel of the energy model at a place in the list. */
  setChannel(at: number, name: string, unit: string, value: number): void
  /** Whether there is an energy model at all. */
  setModel(present: boolean): void
  reset(): void
  /** Objects that were created or copied and not released. */
  live(): number
  dispose(): void
}

/**
 * @param koffi Resolved path of koffi, through which the stub is told what to show.
 * @throws When the compiler fails.
 */
export const buildIoReportStub = (compiler: string, koffi: string): IoReportStub => {
  const { path, call, dispose } = compileStub(compiler, koffi, SOURCE, 'libIOReport.so')
  const setChannel = call('fake_channel', ['int', 'str', 'str', 'int64_t'])
  const setModel = call('fake_model', ['int'])
  const reset = call('fake_reset', [])
  const live = call('fake_live', [], 'int')
  return {
    path,
    setChannel: (at, name, unit, value) => void setChannel(at, name, unit, value),
    setModel: present => void setModel(present ? 1 : 0),
    reset: () => void reset(),
    live: () => live(),
    dispose,
  }
}
