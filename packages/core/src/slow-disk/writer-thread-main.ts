// Runs in the writing thread, which has nothing to do but wait for the disk. Bundled into one CommonJS string by
// tools/inline-worker.mjs, like the sampler: node: modules and our own only.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { JournalWriter } from '../journal/journal-writer.js'
import type { WriterThreadOrder } from './writer-thread-order.js'

const run = ({ path, written }: WriterThreadOrder, port: MessagePort): void => {
  const journal = new JournalWriter(path)
  const control = new Int32Array(written)
  let taken = 0
  port.on('message', (first: string) => {
    const lines = [first]
    // What came while the disk was busy goes out in one write.
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      lines.push(next.message)
    journal.appendLine(lines.join(''))
    taken += lines.length
    if (journal.error !== undefined) return
    Atomics.store(control, 0, taken)
    Atomics.notify(control, 0)
  })
}

run(workerData as WriterThreadOrder, parentPort!)
