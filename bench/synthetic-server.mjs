// A server with two sockets, their memory and eight GPUs, two processes on each: files for the sockets, a C stub behind
// the real foreign function interface for the GPUs.
import { createRequire } from 'node:module'
import { buildNvmlStub, createSyntheticMachine, findCompiler, intelServerZones } from '@epochwatt/testing'

export const createServer = () => {
  const compiler = findCompiler()
  if ('missing' in compiler) return { skipped: compiler.missing }
  const koffi = createRequire(new URL('../packages/core/dist/index.js', import.meta.url)).resolve('koffi')
  const stub = buildNvmlStub(compiler.path, koffi)
  stub.setBoards(8)
  // Two processes a board: then the driver is asked for utilisation by process as well.
  for (let board = 0; board < 8; board++) {
    stub.set(board, 1e9, 400_000)
    stub.setBusy(board, 95)
    stub.setProcesses(board, [
      { pid: process.pid, timestampMicroseconds: 1, smPercent: 60 },
      { pid: process.ppid, timestampMicroseconds: 1, smPercent: 30 },
    ])
  }
  const machine = createSyntheticMachine({ zones: intelServerZones(2), cpu: { sockets: 2, threads: 64 } })
  return {
    // Its energy files are synthetic; processor time is this machine's own.
    env: { EPOCHWATT_SYSFS_ROOT: machine.sysfsRoot, EPOCHWATT_NVML_LIBRARY: stub.path },
    dispose: () => {
      machine.dispose()
      stub.dispose()
    },
  }
}
