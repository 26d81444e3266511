// The process of bench/cases/cost.mjs on a machine with two sockets, their memory and eight stubbed GPUs, all of which
// the sampler's thread reads once a second; `without` has the same machine and no tracker.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '@epochwatt/core'
import { createServer } from '../synthetic-server.mjs'

const [mode, seconds, settlingSeconds] = process.argv.slice(2)
const server = createServer()
if ('skipped' in server) {
  console.log(JSON.stringify({ skipped: server.skipped }))
} else {
  Object.assign(process.env, server.env)
  const tracker = mode === 'with' ? startTracking({ country: 'FR' }) : undefined
  // Three times as much code as without boards: V8 takes a minute until it has compiled what is worth it.
  await sleep(Number(settlingSeconds) * 1000)
  const before = process.cpuUsage()
  await sleep(Number(seconds) * 1000)
  const { user, system } = process.cpuUsage(before)
  const record = await tracker?.stop()
  server.dispose()
  const boards = record?.sensors.filter(
    ({ id, state }) => id.startsWith('nvidia/') && state === 'used',
  ).length
  if (tracker && boards !== 8) throw new Error(`${boards} of 8 boards were read`)
  console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6 }))
}
