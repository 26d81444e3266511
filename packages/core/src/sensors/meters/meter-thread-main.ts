// Runs in the meters' thread, which has an event loop of its own: a training that never yields delays no reading.
// Bundled into one CommonJS string by tools/inline-worker.mjs, like the sampler: node: modules and our own only.
import { parentPort, workerData } from 'node:worker_threads'
import type { ReadingEntry } from '../../journal/entry.js'
import { JournalWriter } from '../../journal/journal-writer.js'
import { SEGMENT_BYTES } from '../../journal/segments.js'
import { startMeterReader } from './meter-reader.js'
import type { MeterThreadOrder } from './meter-thread-order.js'
import { startSharedMeterReader } from './shared-meter-reader.js'

const run = (order: MeterThreadOrder): void => {
  const control = new Int32Array(order.control)
  const journal = new JournalWriter(order.path, SEGMENT_BYTES)
  const clock = (): number => Number(process.hrtime.bigint() - order.beganNs)
  const write = (entry: ReadingEntry): void => journal.append(entry)
  const reader = order.seat
    ? startSharedMeterReader(order.seat, order.meters, clock, write)
    : startMeterReader(order.meters, clock, write)
  parentPort!.once('message', async (timeoutMs: number) => {
    await reader.stop(timeoutMs)
    journal.close()
    Atomics.store(control, 0, 1)
    Atomics.notify(control, 0)
    // A request that is still under way would keep the thread.
    process.exit()
  })
}

run(workerData as MeterThreadOrder)
