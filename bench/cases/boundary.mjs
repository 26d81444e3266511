import { startTracking } from '@epochwatt/core'
import { createSyntheticMachine } from '@epochwatt/testing'

let machine
if (process.argv[2] === 'counters') {
  machine = createSyntheticMachine({
    zones: [
      { name: 'package-0', children: [{ name: 'dram' }] },
      { name: 'package-1', children: [{ name: 'dram' }] },
    ],
  })
  process.env.EPOCHWATT_SYSFS_ROOT = machine.sysfsRoot
}
const tracker = startTracking({ country: 'FR' })
const took = []
for (let index = 0; index < 4000; index++) {
  const began = process.hrtime.bigint()
  const window = tracker.window('epoch', { index })
  window.end()
  took.push(Number(process.hrtime.bigint() - began) / 1000)
}
tracker.stopNow({ status: 'finished' })
machine?.dispose()
took.sort((a, b) => a - b)
console.log(JSON.stringify({ medianUs: took[2000], p99Us: took[3960] }))
