import { fileURLToPath } from 'node:url'
import { compileStub } from '../compile-stub.js'

const SOURCE = fileURLToPath(new URL('../../src/fake-emi/emi-stub.c', import.meta.url))

/** A library that stands for the parts of Windows through which energy meters are read, compiled when it is asked for. */
export interface EmiStub {
  /** Absolute path, for both libraries. */
  readonly path: string
  /** Any number of devices up to eight, with nothing in them. */
  setDevices(count: number): void
  setMetadata(device: number, version: number, metadata: Buffer): void
  setMeasurement(device: number, measurement: Buffer): void
  /** 1: it answers no question; 2: it cannot even be opened. */
  setFailing(device: number, how: 0 | 1 | 2): void
  /** Handles that were opened and not closed. */
  open(): number
  dispose(): void
}

/**
 * @param koffi Resolved path of koffi, through which the stub is told what to show.
 * @throws When the compiler fails.
 */
export const buildEmiStub = (compiler: string, koffi: string): EmiStub => {
  const { path, call, dispose } = compileStub(compiler, koffi, SOURCE, 'emi.so')
  const setDevices = call('fake_devices', ['int'])
  const setMetadata = call('fake_metadata', ['int', 'int', 'void *', 'uint32_t'])
  const setMeasurement = call('fake_measurement', ['int', 'void *', 'uint32_t'])
  const setFailing = call('fake_failing', ['int', 'int'])
  const open = call('fake_open', [], 'int')
  return {
    path,
    setDevices: count => void setDevices(count),
    setMetadata: (device, version, metadata) => void setMetadata(device, version, metadata, metadata.length),
    setMeasurement: (device, measurement) => void setMeasurement(device, measurement, measurement.length),
    setFailing: (device, how) => void setFailing(device, how),
    open: () => open(),
    dispose,
  }
}
