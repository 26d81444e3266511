import { startTracking } from '@epochwatt/core'

const began = process.hrtime.bigint()
const before = process.cpuUsage()
const tracker = startTracking({ country: 'FR' })
// When startTracking returns, the first reading is in the journal.
const ms = Number(process.hrtime.bigint() - began) / 1e6
const { user, system } = process.cpuUsage(before)
await tracker.stop()
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }))
