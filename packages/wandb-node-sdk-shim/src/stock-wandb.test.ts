import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readLog } from './datastore/log-reader.js'
import { LogWriter } from './datastore/log-writer.js'
import { Artifact, Histogram, Image, init, type Run, Table } from './index.js'
import { parseExtended } from './json/extended-json.js'
import { file_wandb } from './record/wandb_pb.gen.js'
import { awkwardSize, payloadOf } from './testing/awkward-payloads.js'
import { describeWithStock } from './testing/describe-stock.js'
import { logOf, rowsOf, summaryOf } from './testing/fixture.js'
import { hasLegacySync } from './testing/stock-wandb.js'

const md5Hex = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')

// Everything here is checked against W&B's own Python SDK, run on this machine against the stub on loopback.

const PIXELS = { data: new Uint8Array(12).fill(7), width: 2, height: 2 }

/** A run that has a bit of everything, and odd sizes. */
const recordEverything = async (run: Run, original: string): Promise<Artifact> => {
  run.defineMetric('val/*', { stepMetric: 'epoch', summary: 'min' })
  run.defineMetric('acc', { summary: 'max,mean,last', goal: 'max' })
  for (let i = 0; i < 3; i++) {
    run.log({ loss: 1 / (i + 1), acc: i * 0.1, 'val/x': i, epoch: i, deep: { x: i, y: { z: `é${i}` } } })
  }
  run.log({ nan: Number.NaN, inf: Number.POSITIVE_INFINITY, minus: Number.NEGATIVE_INFINITY }, { step: 10 })
  run.log({ long: 'x'.repeat(70_000), list: [1, 2, null] })
  run.log({ histogram: new Histogram([1, 2, 3], { numBins: 2 }), image: new Image(PIXELS) })
  run.log({
    table: new Table({
      columns: ['a', 'b'],
      data: [
        [1, 'x'],
        [2, null],
      ],
    }),
  })
  run.summary.set('best', 5)
  run.config.update({ later: [1, { two: 2 }] })
  run.alert({ title: 'title', text: 'text', level: 'WARN' })
  run.logSystem({ 'gpu.0.powerWatts': 212.4, 'cpu.powerWatts': 41 })
  const artifact = new Artifact('data', 'dataset', { metadata: { rows: 3 } })
  artifact.addFile(original)
  artifact.addBuffer('a/b.txt', 'test')
  await run.logArtifact(artifact)
  return artifact
}

const DUMP = `
import json, sys
from google.protobuf.json_format import MessageToDict
from wandb.proto import wandb_internal_pb2 as pb
from wandb.sdk.internal import datastore
store = datastore.DataStore()
store.open_for_scan(sys.argv[1])
while True:
    data = store.scan_data()
    if data is None: break
    record = pb.Record()
    record.ParseFromString(data)
    print(json.dumps(MessageToDict(record, preserving_proto_field_name=True)))
`

/** Both directions: what is in our files, as digests, and files of the same payloads written by theirs. */
const BLOCKS = `
import hashlib, json, sys
from wandb.sdk.internal import datastore
folder = sys.argv[1]
read = []
for n, sizes in enumerate(json.load(open(folder + '/sizes.json'))):
    store = datastore.DataStore()
    store.open_for_scan(f'{folder}/ours-{n}.wandb')
    found = []
    while True:
        data = store.scan_data()
        if data is None: break
        found.append(hashlib.md5(data).hexdigest())
    read.append(found)
    store = datastore.DataStore()
    store.open_for_write(f'{folder}/theirs-{n}.wandb')
    for seed, size in enumerate(sizes):
        store._write_data(bytes((i * 31 + seed * 17 + 1) & 0xff for i in range(size)))
    store.close()
print(json.dumps(read))
`

const DESCRIBE = `
import json
from wandb.proto import wandb_internal_pb2 as internal, wandb_telemetry_pb2 as telemetry
fields = {}
for module in (internal, telemetry):
    for name, message in module.DESCRIPTOR.message_types_by_name.items():
        fields[name] = {f.name: [f.number, f.type] for f in message.fields}
print(json.dumps(fields))
`

/** Python's descriptors count types as protobuf does; an enumeration (14) is an int32 (5) on the wire. */
const wireType = (type: number) => (type === 14 ? 5 : type)
/** Names that differ from the original's, because they would not be names here. */
const ORIGINAL_NAMES: Record<string, string> = { metric_control: '_control', Feature: 'Feature' }

describeWithStock('real files and programs', ({ stock, dir, stub, python }) => {
  const original = join(dir, 'original.csv')
  writeFileSync(original, 'a,b\n1,2\n')
  const offline = (id: string, options = {}) =>
    init({
      project: 'p',
      entity: 'stub',
      mode: 'offline',
      id,
      dir,
      config: { lr: 0.1, nested: { a: 1 }, nan: Number.NaN },
      name: 'named',
      tags: ['t'],
      group: 'g',
      jobType: 'j',
      notes: 'n',
      settings: { silent: true, disableGit: true },
      ...options,
    })

  it('has the fields that our schema declares, under the same numbers and types', async () => {
    const fields = JSON.parse(await python('-c', DESCRIBE)) as Record<
      string,
      Record<string, [number, number]>
    >
    let compared = 0
    for (const message of file_wandb.messages) {
      for (const field of message.fields) {
        const theirs = fields[message.name]?.[ORIGINAL_NAMES[field.name] ?? field.name]
        expect(theirs, `${message.name}.${field.name}`).toBeDefined()
        expect([field.number, wireType(field.proto.type)]).toEqual([theirs![0], wireType(theirs![1])])
        compared++
      }
    }
    expect(compared).toBeGreaterThan(130)
  })

  // Later releases read files in Go alone; that reader is proven by its sync.
  if (hasLegacySync(stock.version))
    it('reads our file back, record for record', async () => {
      const run = await offline('read')
      await recordEverything(run, original)
      await run.finish(4)
      type Item = { key: string; value_json: string }
      type Dumped = Record<string, { item?: Item[]; update?: Item[] }>
      const records = (await python('-c', DUMP, logOf(run.directory!)))
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Dumped)
      expect(records.map(record => Number(record.num))).toEqual(records.map((_record, index) => index + 1))
      const history = records.flatMap(record => (record.history ? [record.history.item!] : []))
      const rows = history.map(items =>
        Object.fromEntries(items.map(({ key, value_json }) => [key, parseExtended(value_json)])),
      )
      expect(rows).toEqual(rowsOf(run.directory!))
      expect(rows).toHaveLength(6)
      expect(rows[3]).toMatchObject({ nan: Number.NaN, inf: Number.POSITIVE_INFINITY, _step: 10 })
      expect(records.at(-2)).toMatchObject({ exit: { exit_code: 4 } })
      expect(records.at(-1)).toHaveProperty('final')
      const run_ = records.find(record => 'run' in record)!.run
      expect(run_).toMatchObject({
        run_id: 'read',
        entity: 'stub',
        project: 'p',
        run_group: 'g',
        job_type: 'j',
        notes: 'n',
      })
    })

  const syncs = hasLegacySync(stock.version) ? ['sync', 'sync --legacy'] : ['sync']
  it.each(syncs)('uploads our offline run, and leaves every file of the user: wandb %s', async command => {
    const id = `synced${command.length}`
    const run = await offline(id)
    const artifact = await recordEverything(run, original)
    await run.finish(4)
    const rows = rowsOf(run.directory!)
    const summary = summaryOf(run.directory!)
    await python('-m', 'wandb', ...command.split(' '), run.directory!)

    expect(stub().problems).toEqual([])
    const received = stub().run(id)
    expect(stub().rows(id)).toEqual(rows)
    expect(parseExtended(received.summary)).toMatchObject({ ...summary, _wandb: expect.anything() })
    expect(received).toMatchObject({
      exitCode: 4,
      displayName: 'named',
      notes: 'n',
      tags: ['t'],
      group: 'g',
      jobType: 'j',
      alerts: [{ title: 'title', severity: 'WARN' }],
    })
    expect(received.config).toMatchObject({
      lr: { value: 0.1 },
      nested: { value: { a: 1 } },
      later: { value: [1, { two: 2 }] },
      _wandb: {
        value: { e: expect.anything(), m: expect.arrayContaining([expect.objectContaining({ 1: 'acc' })]) },
      },
    })
    expect(JSON.parse(received.events[0]!)).toMatchObject({ 'system.gpu.0.powerWatts': 212.4 })
    expect(stub().artifact('data')).toMatchObject({ state: 'COMMITTED', digest: artifact.digest })
    expect(stub().artifact(`run-${id}-table`)).toMatchObject({ state: 'COMMITTED' })
    const image = rows.find(row => 'image' in row)!.image as { path: string }
    expect(received.files.get(image.path)?.subarray(1, 4).toString()).toBe('PNG')
    expect(existsSync(`${logOf(run.directory!)}.synced`)).toBe(true)
    // W&B's sync deletes what it uploaded; the user's own file is not what it was given.
    expect(readFileSync(original, 'utf8')).toBe('a,b\n1,2\n')
  })

  // Later releases read files in Go alone; that reader is proven by its sync.
  if (hasLegacySync(stock.version))
    it('reads and writes records of any size as we do, around the ends of blocks', async () => {
      const sizes = fc.sample(fc.array(awkwardSize, { minLength: 1, maxLength: 10 }), {
        numRuns: 40,
        seed: 7,
      })
      const folder = mkdtempSync(join(dir, 'blocks-'))
      for (const [index, lengths] of sizes.entries()) {
        const writer = new LogWriter(join(folder, `ours-${index}.wandb`))
        for (const [seed, length] of lengths.entries()) writer.append(payloadOf(length, seed))
        writer.close()
      }
      writeFileSync(join(folder, 'sizes.json'), JSON.stringify(sizes))
      const readByTheirs = JSON.parse(await python('-c', BLOCKS, folder)) as string[][]
      expect(readByTheirs).toEqual(
        sizes.map(lengths => lengths.map((length, seed) => md5Hex(payloadOf(length, seed)))),
      )
      for (const [index, lengths] of sizes.entries()) {
        const bytes = readFileSync(join(folder, `theirs-${index}.wandb`))
        expect(bytes.equals(readFileSync(join(folder, `ours-${index}.wandb`)))).toBe(true)
        expect(
          [...readLog(join(folder, `theirs-${index}.wandb`))].map(({ payload }) => payload.length),
        ).toEqual(lengths)
      }
    })
})
