// Writes a journal in small segments and packs them, as fast as it can, until somebody ends it. Tells the number of each
// entry once it is written.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { JournalWriter } from '../../../packages/core/dist/journal/journal-writer.js'
import { SegmentPacker } from '../../../packages/core/dist/journal/segment-packer.js'

const [folder, segmentBytes] = process.argv.slice(2)
const journal = new JournalWriter(join(folder, 'samples.jsonl'), Number(segmentBytes))
const packer = new SegmentPacker(folder)
for (let number = 0; ; number++) {
  journal.append({ type: 'tick', t: number, r: [number], u: null })
  // Ten seconds pass with every entry: it looks for work at every other one.
  packer.step(number * 10_000)
  writeSync(1, `${number}\n`)
}
