import { readFileSync } from 'node:fs'
import { create, toBinary } from '@bufbuild/protobuf'
import { LogWriter } from '../../../packages/wandb-node-sdk-shim/src/datastore/log-writer.js'
import { readRecords } from '../../../packages/wandb-node-sdk-shim/src/record/read-records.js'
import { RecordSchema } from '../../../packages/wandb-node-sdk-shim/src/record/wandb_pb.gen.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const scratch = scratchFolder()

/** A file of two blocks, so that a record lies across their edge. */
const wandbFile = (): Buffer => {
  const path = `${scratch.folder}/seed.wandb`
  const writer = new LogWriter(path)
  for (let step = 0; step < 12; step++) {
    const item = [{ key: 'loss', nestedKey: [], valueJson: '1'.repeat(1 + step * 500) }]
    const record = create(RecordSchema, {
      num: BigInt(step),
      recordType: { case: 'history', value: { item, step: { num: BigInt(step) } } },
    })
    writer.append(toBinary(RecordSchema, record))
  }
  writer.close()
  return readFileSync(path)
}

export const wandbFileTargets: readonly FuzzTarget[] = [
  {
    name: '.wandb file',
    seeds: [wandbFile()],
    errors: ['FILE_FORMAT'],
    run: input => {
      let count = 0
      for (const _ of readRecords(scratch.write('damaged.wandb', input))) {
        if (++count > 1000) throw new Error('more records than the file can hold')
      }
    },
  },
]
