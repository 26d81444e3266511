import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, Histogram, Image, init, type Run, sync, Table } from './index.js'
import { parseExtended } from './json/extended-json.js'
import { file_wandb } from './record/wandb_pb.gen.js'
import { logOf, rowsOf, stubSettings, summaryOf, temporaryDirectory } from './testing/fixture.js'
import { findStockWandb, hasLegacySync, runPython } from './testing/stock-wandb.js'
import { type StubBackend, startStubBackend } from './testing/stub-backend.js'

// Everything here is checked against W&B's own Python SDK, run on this machine against the stub on loopback.
const stocks = await findStockWandb()

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

describe.each(stocks)('wandb $version', stock => {
  if (stock.missing !== undefined) {
    it('is not here', context => context.skip(stock.missing))
    return
  }

  describe('installed', () => {
    const directory = temporaryDirectory()
    afterAll(directory.remove)
    const original = join(directory.path, 'original.csv')
    writeFileSync(original, 'a,b\n1,2\n')

    let stub: StubBackend
    beforeEach(async () => {
      stub = await startStubBackend()
    })
    afterEach(async () => {
      await stub.close()
    })
    const python = (...args: string[]) => runPython(stock, { args, cwd: directory.path, url: stub.url })
    const offline = (id: string, options = {}) =>
      init({
        project: 'p',
        entity: 'stub',
        mode: 'offline',
        id,
        dir: directory.path,
        config: { lr: 0.1, nested: { a: 1 }, nan: Number.NaN },
        name: 'named',
        tags: ['t'],
        group: 'g',
        jobType: 'j',
        notes: 'n',
        settings: { silent: true, disableGit: true },
        ...options,
      })

    /** What a killed process leaves: the file up to somewhere inside its last record. */
    const killedRun = async (id: string): Promise<string> => {
      const run = await offline(id)
      for (const a of [1, 2, 3]) run.log({ a })
      const bytes = readFileSync(logOf(run.directory!))
      const { directory: killed } = await offline(id, { dir: join(directory.path, 'copy') })
      writeFileSync(logOf(killed!), bytes.subarray(0, bytes.length - 3))
      await run.finish()
      return killed!
    }

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

    // Later releases read files in Go alone; that reader is proven by its sync, below.
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
    it.each(syncs)('uploads our offline run, and one whose process was killed: wandb %s', async command => {
      const id = `synced${command.length}`
      const run = await offline(id)
      const artifact = await recordEverything(run, original)
      await run.finish(4)
      const rows = rowsOf(run.directory!)
      const summary = summaryOf(run.directory!)
      const killed = await killedRun(`killed${command.length}`)
      await python('-m', 'wandb', ...command.split(' '), run.directory!, killed)

      expect(stub.problems).toEqual([])
      const received = stub.run(id)
      expect(stub.rows(id)).toEqual(rows)
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
      expect(stub.artifact('data')).toMatchObject({ state: 'COMMITTED', digest: artifact.digest })
      expect(stub.artifact(`run-${id}-table`)).toMatchObject({ state: 'COMMITTED' })
      const image = rows.find(row => 'image' in row)!.image as { path: string }
      expect(received.files.get(image.path)?.subarray(1, 4).toString()).toBe('PNG')
      expect(existsSync(`${logOf(run.directory!)}.synced`)).toBe(true)
      // W&B's sync deletes what it uploaded; the user's own file is not what it was given.
      expect(readFileSync(original, 'utf8')).toBe('a,b\n1,2\n')
      expect(stub.rows(`killed${command.length}`).map(row => row.a)).toEqual([1, 2])
      // The older program takes every run for finished well.
      expect(stub.run(`killed${command.length}`).exitCode).toBe(command === 'sync' ? 1 : 0)
    })

    it('finds the stub a faithful server, and its run is ours: rows, summary, config, metrics, artifact', async () => {
      await python('-c', theSameScript(original, "id='theirs'"))
      const ours = await init({
        project: 'p',
        id: 'ours',
        dir: directory.path,
        config: { lr: 0.1, nested: { a: [1, 2] } },
        settings: stubSettings(stub),
      })
      ours.defineMetric('acc', { summary: 'max,mean' })
      ours.defineMetric('val/*', { stepMetric: 'epoch', summary: 'min' })
      for (let i = 0; i < 4; i++)
        ours.log({ acc: i / 4, epoch: i, 'val/x': 3 - i, deep: { a: { b: i } }, text: `t${i}` })
      ours.log({ nan: Number.NaN, inf: Number.NEGATIVE_INFINITY }, { step: 7 })
      ours.log({ more: 1 }, { step: 7, commit: false })
      ours.log({ last: true })
      ours.summary.update({ best: 0.75 })
      const artifact = new Artifact('shared', 'dataset', { metadata: { n: 1 } })
      artifact.addFile(original, { name: 'data.csv' })
      artifact.addFile(original, { name: 'a/b.csv' })
      await ours.logArtifact(artifact)
      await ours.finish()

      expect(stub.problems).toEqual([])
      const comparable = (rows: Record<string, unknown>[]) =>
        rows.map(({ _timestamp, _runtime, ...row }) => row)
      expect(comparable(stub.rows('ours'))).toEqual(comparable(stub.rows('theirs')))
      const summaryFor = (id: string) => {
        const { _timestamp, _runtime, _wandb, ...rest } = parseExtended(stub.run(id).summary) as Record<
          string,
          unknown
        >
        return rest
      }
      expect(summaryFor('ours')).toEqual(summaryFor('theirs'))
      const configFor = (id: string) => {
        const { _wandb, ...rest } = stub.run(id).config
        return rest
      }
      expect(configFor('ours')).toEqual(configFor('theirs'))
      expect(stub.run('ours').exitCode).toBe(stub.run('theirs').exitCode)
      const [theirs, mine] = ['theirs', 'ours'].map(id =>
        stub.state.artifacts.find(({ collection, input }) => collection === 'shared' && input.runName === id),
      )
      // The content is the same, so the server has one artifact.
      expect(theirs).toMatchObject({ digest: artifact.digest, state: 'COMMITTED' })
      expect(mine).toBeUndefined()
      const manifest = JSON.parse(stub.state.blobs.get(theirs!.manifest!.storagePath)!.toString())
      expect(Object.keys(manifest.contents).sort()).toEqual(['a/b.csv', 'data.csv'])
      const metricsFor = (id: string) => metricNames(stub.run(id).config._wandb!.value as { m: Metric[] })
      expect(metricsFor('ours').get('acc')).toEqual(metricsFor('theirs').get('acc'))
    })

    it('writes offline runs that our reader reads and our sync uploads', async () => {
      await python('-c', theSameScript(original, "id='off', mode='offline', entity='stub'"))
      const [path] = readdirSync(join(directory.path, 'wandb')).filter(name => name.endsWith('-off'))
      const [synced] = await sync(join(directory.path, 'wandb', path!), { settings: stubSettings(stub) })
      expect(stub.problems).toEqual([])
      expect(synced).toMatchObject({ outcome: 'uploaded', id: 'off', rows: 5 })
      expect(stub.rows('off').map(row => row._step)).toEqual([0, 1, 2, 3, 7])
      expect(stub.rows('off')[0]).toMatchObject({ acc: 0, deep: { a: { b: 0 } }, text: 't0' })
      expect(parseExtended(stub.run('off').summary)).toMatchObject({
        acc: { max: 0.75, mean: 0.375 },
        best: 0.75,
      })
      expect(stub.artifact('shared')).toMatchObject({ state: 'COMMITTED' })
    })
  })
})

type Metric = Record<string, unknown>

/** Definitions by name, without the places that depend on their order. */
const metricNames = ({ m }: { m: Metric[] }): Map<unknown, Metric> =>
  new Map(m.map(({ 5: _index, ...metric }) => [metric[1] ?? metric[2], metric]))

const theSameScript = (original: string, options: string) => `
import wandb
run = wandb.init(project='p', ${options}, config={'lr': 0.1, 'nested': {'a': [1, 2]}})
run.define_metric('acc', summary='max,mean')
run.define_metric('val/*', step_metric='epoch', summary='min')
for i in range(4):
    run.log({'acc': i / 4, 'epoch': i, 'val/x': 3 - i, 'deep': {'a': {'b': i}}, 'text': f't{i}'})
run.log({'nan': float('nan'), 'inf': float('-inf')}, step=7)
run.log({'more': 1}, step=7, commit=False)
run.log({'last': True})
run.summary.update({'best': 0.75})
artifact = wandb.Artifact('shared', 'dataset', metadata={'n': 1})
artifact.add_file(${JSON.stringify(original)}, name='data.csv')
artifact.add_file(${JSON.stringify(original)}, name='a/b.csv')
run.log_artifact(artifact)
run.finish()
`
