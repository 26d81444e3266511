// An idle process for some seconds: with nothing, with the package imported (`without`), with a tracker running (`with`).
import { setTimeout as sleep } from 'node:timers/promises'

const [mode, seconds] = process.argv.slice(2)
const core = mode === 'nothing' ? undefined : await import('@epochwatt/core')
const tracker = mode === 'with' ? core?.startTracking({ country: 'FR' }) : undefined
// Start-up is another figure: the engine compiles and collects for some seconds, with a tracker or without.
await sleep(12_000)
const before = process.cpuUsage()
await sleep(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(before)
const rssMb = process.memoryUsage.rss() / 1e6
await tracker?.stop()
console.log(JSON.stringify({ cpuSeconds: (user + system) / 1e6, rssMb }))
