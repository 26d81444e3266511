// An idle process for some seconds, with or without a tracker in it.
import { setTimeout as sleep } from 'node:timers/promises'

const [mode, seconds] = process.argv.slice(2)
let tracker
if (mode === 'with') {
  const { startTracking } = await import('@epochwatt/core')
  tracker = startTracking({ country: 'FR' })
}
// Start-up is another figure.
await sleep(2000)
const before = process.cpuUsage()
await sleep(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(before)
const rssMb = process.memoryUsage.rss() / 1e6
await tracker?.stop()
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, rssMb }))
