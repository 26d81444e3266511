import { startTracking } from '@epochwatt/core'

const began = process.hrtime.bigint()
const tracker = startTracking({ country: 'FR' })
// When startTracking returns, the first reading is in the journal.
const startMs = Number(process.hrtime.bigint() - began) / 1e6
await tracker.stop()
console.log(JSON.stringify({ startMs }))
