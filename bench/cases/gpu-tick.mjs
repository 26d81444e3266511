// One round of the sampler on a machine with two sockets, their memory and eight GPUs, by way of the sampler's own
// code: what our side of every reading costs. The GPUs are a stub behind the real foreign function interface, so the
// time that a real driver takes comes on top.
import { createServer } from '../synthetic-server.mjs'

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

const server = createServer()
if ('skipped' in server) {
  console.log(JSON.stringify({ skipped: server.skipped }))
} else {
  const environment = probeEnvironment(server.env)
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
  server.dispose()
  took.sort((a, b) => a - b)
  console.log(JSON.stringify({ sensors: open.length, medianUs: took[1000], p99Us: took[1980] }))
}
