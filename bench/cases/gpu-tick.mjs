// One round of the sampler on a machine with two sockets, their memory and eight GPUs, by way of the sampler's own
// code: what our side of every reading costs. The GPUs are a stub behind the real foreign function interface, so the
// time that a real driver takes comes on top.
import { createRequire } from 'node:module'
import { buildNvmlStub, createSyntheticMachine, findCompiler, intelServerZones } from '@epochwatt/testing'

const core = path => import(new URL(`../../packages/core/dist/${path}`, import.meta.url).href)
const [
  { readTick },
  { discoverDeferred },
  { probeEnvironment },
  { openSensors },
  { discoverSensors },
  usage,
] = await Promise.all([
  core('sampler/sampler.js'),
  core('sensors/deferred.js'),
  core('sensors/environment.js'),
  core('sensors/openers.js'),
  core('sensors/registry.js'),
  core('sensors/usage/open-usage-source.js'),
])

const compiler = findCompiler()
if ('missing' in compiler) {
  console.log(JSON.stringify({ skipped: compiler.missing }))
} else {
  const koffi = createRequire(new URL('../../packages/core/dist/index.js', import.meta.url)).resolve('koffi')
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
  // Its energy files are synthetic; processor time is this machine's own.
  const environment = probeEnvironment({
    EPOCHWATT_SYSFS_ROOT: machine.sysfsRoot,
    EPOCHWATT_NVML_LIBRARY: stub.path,
  })
  const { sensors, deferred } = discoverSensors(environment)
  const late = discoverDeferred(deferred, environment, sensors)
  const open = openSensors([...sensors, ...late.sensors], environment)
  const source = usage.openUsageSource(environment)
  const clock = () => Number(process.hrtime.bigint())
  const took = []
  for (let round = 0; round < 2000; round++) {
    const began = process.hrtime.bigint()
    const line = JSON.stringify(readTick(clock, open, source))
    took.push(Number(process.hrtime.bigint() - began) / 1000)
    if (round === 0 && JSON.parse(line).r.includes(null))
      throw new Error(`a sensor could not be read: ${line}`)
  }
  for (const sensor of open) sensor.close()
  source.close()
  machine.dispose()
  stub.dispose()
  took.sort((a, b) => a - b)
  console.log(JSON.stringify({ sensors: open.length, medianUs: took[1000], p99Us: took[1980] }))
}
