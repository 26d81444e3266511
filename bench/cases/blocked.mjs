import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTracking } from '@epochwatt/core'

const seconds = Number(process.argv[2])
const tracker = startTracking({ country: 'FR' })
await sleep(1500)
const from = process.hrtime.bigint()
while (process.hrtime.bigint() - from < BigInt(seconds) * 1_000_000_000n);
await tracker.stop()
// The sampler's clock is the run's: one tick a second, on the second.
const ticks = readFileSync(join(tracker.directory, 'samples.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line).t / 1e9)
const covered = Math.floor(ticks.at(-1))
const seen = new Set(ticks.map(time => Math.floor(time)))
console.log(
  JSON.stringify({
    due: covered,
    ticks: seen.size,
    gapMaxS: Math.max(...ticks.slice(1).map((t, i) => t - ticks[i])),
  }),
)
