import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Artifact, Histogram, Image, type InitOptions, init, type Run, Table } from './index.js'
import { bodiesOf, rowsOf, stubSettings, summaryOf, temporaryDirectory } from './testing/fixture.js'
import { STUB_API_KEY, type StubBackend, startStubBackend } from './testing/stub-backend.js'

const directory = temporaryDirectory()
afterAll(directory.remove)

let stub: StubBackend
beforeEach(async () => {
  stub = await startStubBackend()
})
afterEach(async () => {
  expect(stub.problems).toEqual([])
  await stub.close()
})

const start = (options: InitOptions = {}): Promise<Run> =>
  init({
    project: 'p',
    dir: directory.path,
    ...options,
    settings: { ...stubSettings(stub), ...options.settings },
  })

const kinds = () => stub.requests.map(({ kind }) => kind)

describe('an online run', () => {
  it('needs two kinds of request, and arrives whole', async () => {
    const run = await start({
      id: 'whole',
      config: { lr: 0.1, nested: { a: [1, 2] } },
      tags: ['a'],
      group: 'g',
    })
    expect(run).toMatchObject({
      entity: 'stub',
      project: 'p',
      name: 'stub-run-1',
      resumed: false,
      stopped: false,
    })
    expect(run.url).toBe(`${stub.url}/stub/p/runs/whole`)
    for (let step = 0; step < 50; step++)
      run.log({ loss: 1 / (step + 1), odd: step % 2 ? Number.NaN : Infinity })
    expect(await run.finish()).toEqual({ exitCode: 0, uploaded: true })

    const rows = stub.rows('whole')
    expect(rows.map(row => row._step)).toEqual(Array.from({ length: 50 }, (_row, step) => step))
    expect(rows[1]).toMatchObject({ loss: 0.5, odd: Number.NaN })
    expect(rows[2]).toMatchObject({ odd: Number.POSITIVE_INFINITY })
    expect(rows).toEqual(rowsOf(run.directory!))
    const { config, exitCode, tags, group, uploaded } = stub.run('whole')
    expect(config).toMatchObject({ lr: { value: 0.1 }, nested: { value: { a: [1, 2] } } })
    expect(config._wandb!.value).toMatchObject({
      t: { 9: { 1: 'wandb_node_sdk_shim' } },
      e: expect.anything(),
    })
    expect({ exitCode, tags, group }).toEqual({ exitCode: 0, tags: ['a'], group: 'g' })
    expect([...uploaded].sort()).toEqual(['config.yaml', 'wandb-metadata.json', 'wandb-summary.json'])
    expect(new Set(kinds())).toEqual(new Set(['UpsertBucket', 'file_stream', 'CreateRunFiles', 'upload']))
  })

  it('keeps the same summary in its file and on the server', async () => {
    const run = await start({ id: 'summary' })
    run.defineMetric('acc', { summary: 'min,max,mean,last,first', goal: 'max' })
    run.defineMetric('val/*', { stepMetric: 'epoch' })
    for (const acc of [0.25, 0.75, 0.5]) run.log({ acc, deep: { a: acc } })
    run.log({ epoch: 3 })
    run.log({ 'val/loss': 1 })
    run.summary.set('best', 'yes')
    await run.finish(3)
    const summary = JSON.parse(stub.run('summary').summary) as Record<string, unknown>
    expect(summary).toMatchObject({
      acc: { min: 0.25, max: 0.75, mean: 0.5, last: 0.5, first: 0.25 },
      deep: { a: 0.5 },
      best: 'yes',
      epoch: 3,
      _step: 4,
    })
    expect(summary).toEqual(summaryOf(run.directory!))
    // The glob's metric brings its x-axis along.
    expect(stub.rows('summary').at(-1)).toMatchObject({ 'val/loss': 1, epoch: 3 })
    expect(stub.run('summary').exitCode).toBe(3)
    expect(stub.run('summary').config._wandb!.value).toMatchObject({
      m: [
        { 1: 'acc', 6: [3], 7: [1, 2, 3, 5, 8], 8: 2 },
        { 1: 'val/loss', 5: 3, 6: [1], 7: [] },
        { 1: 'epoch', 6: [], 7: [] },
      ],
    })
  })

  it('sends config changes, machine measurements and alerts', async () => {
    const run = await start({ id: 'more', config: { a: 1 } })
    run.config.update({ b: 2 })
    run.logSystem({ 'gpu.0.powerWatts': 212.4 })
    run.alert({ title: 'budget', text: 'over', level: 'WARN' })
    run.alert({ title: 'budget', text: 'over again' })
    await run.finish()
    expect(stub.run('more').config).toMatchObject({ a: { value: 1 }, b: { value: 2 } })
    const event = JSON.parse(stub.run('more').events[0]!) as Record<string, number>
    expect(event).toMatchObject({ _wandb: true, 'system.gpu.0.powerWatts': 212.4 })
    expect(event._runtime).toBeGreaterThanOrEqual(0)
    expect(event._runtime).toBeLessThan(60)
    expect(stub.run('more').alerts).toEqual([{ title: 'budget', text: 'over', severity: 'WARN' }])
  })

  it('says when somebody pressed Stop', async () => {
    const run = await start()
    const aborted = new Promise(resolve => run.stopSignal!.addEventListener('abort', resolve))
    stub.streamAnswer.body = '{"stopped":true}'
    run.log({ loss: 1 })
    await aborted
    expect(run.stopped).toBe(true)
    await run.finish()
  })

  it('uploads media and saved files', async () => {
    const notes = join(directory.path, 'notes.txt')
    writeFileSync(notes, 'first')
    const run = await start({ id: 'media' })
    const live = join(directory.path, 'live.txt')
    writeFileSync(live, 'early')
    run.save(notes, { policy: 'now' })
    run.save(live)
    writeFileSync(live, 'later and longer')
    writeFileSync(notes, 'changed')
    run.log({
      'image/a': new Image({ data: new Uint8Array(12).fill(9), width: 2, height: 2 }, { caption: 'grey' }),
      table: new Table({ columns: ['x', 'y'], data: [[1, 'a']] }),
      histogram: new Histogram([1, 2, 2, 3], { numBins: 2 }),
    })
    await run.finish()
    const row = stub.rows('media')[0] as Record<string, { _type: string; path: string; sha256: string }>
    expect(row['image/a']).toMatchObject({
      _type: 'image-file',
      width: 2,
      height: 2,
      format: 'png',
      caption: 'grey',
    })
    expect(row.histogram).toEqual({ _type: 'histogram', values: [1, 3], bins: [1, 2, 3] })
    const { files } = stub.run('media')
    expect(files.get('notes.txt')?.toString()).toBe('first')
    expect(files.get('live.txt')?.toString()).toBe('later and longer')
    expect(files.get(row['image/a']!.path)?.subarray(1, 4).toString()).toBe('PNG')
    expect(JSON.parse(files.get(row.table!.path)!.toString())).toEqual({
      columns: ['x', 'y'],
      data: [[1, 'a']],
    })
    expect(stub.artifact('run-media-table')).toMatchObject({ type: 'run_table', state: 'COMMITTED' })
  })
})

describe('artifacts', () => {
  it('are uploaded, deduplicated, used and downloaded', async () => {
    const source = join(directory.path, 'weights.bin')
    writeFileSync(source, 'weights')
    const run = await start({ id: 'artifacts' })
    const artifact = new Artifact('model', 'model', { metadata: { epochs: 3 }, description: 'small' })
    artifact.addFile(source)
    artifact.addBuffer('notes/readme.txt', 'hello')
    artifact.addReference('https://example.invalid/data.csv', { digest: 'etag-1', size: 9 })
    await run.logArtifact(artifact, { aliases: ['latest', 'best'] })
    const id = await artifact.id()
    const stored = stub.artifact('model')
    expect(stored).toMatchObject({ id, state: 'COMMITTED', digest: artifact.digest })
    expect(stored.input).toMatchObject({
      metadata: '{"epochs":3}',
      description: 'small',
      runName: 'artifacts',
      aliases: [{ alias: 'latest' }, { alias: 'best' }],
    })
    expect(readFileSync(source, 'utf8')).toBe('weights')

    const again = new Artifact('model', 'model')
    again.addBuffer('weights.bin', 'weights')
    again.addBuffer('more.txt', 'more')
    const before = kinds().filter(kind => kind === 'upload').length
    await run.logArtifact(again)
    await again.wait()
    // Only the new file and the manifest: the server had the weights.
    expect(kinds().filter(kind => kind === 'upload').length - before).toBe(2)
    const manifest = JSON.parse(
      stub.state.blobs.get(stub.artifact('model').manifest!.storagePath)!.toString(),
    )
    expect(manifest.contents['weights.bin'].birthArtifactID).toBe(id)

    const same = new Artifact('model', 'model')
    same.addBuffer('weights.bin', 'weights')
    same.addBuffer('more.txt', 'more')
    await run.logArtifact(same)
    expect(await same.id()).toBe(await again.id())

    const used = await run.useArtifact('model:v0')
    expect(used).toMatchObject({ id, name: 'model:v0', type: 'model' })
    const target = await used.download(join(directory.path, 'downloaded'))
    expect(readFileSync(join(target, 'weights.bin'), 'utf8')).toBe('weights')
    expect(readFileSync(join(target, 'notes/readme.txt'), 'utf8')).toBe('hello')
    await expect(run.useArtifact('nothing')).rejects.toThrow(/no artifact nothing:latest/)
    await run.finish()
    expect(stub.run('artifacts').used).toEqual([id])
  })
})

describe('a run that is told of afterwards', () => {
  it('has its own times, also where another process goes on', async () => {
    const startTime = new Date(Date.now() - 86_400_000)
    const at = (seconds: number) => new Date(startTime.getTime() + seconds * 1000)
    const first = await start({ id: 'past', startTime })
    first.log({ loss: 1, _timestamp: at(10).getTime() / 1000 })
    first.logSystem({ 'cpu.powerWatts': 1 }, { timestamp: at(11) })
    await first.finish()
    const second = await start({ id: 'past', startTime, resume: 'allow' })
    expect(second.previousSystemRows).toBe(1)
    second.log({ loss: 2, _timestamp: at(20).getTime() / 1000 })
    await second.finish()
    expect(stub.rows('past').map(row => row._runtime)).toEqual([10, 20])
    expect(JSON.parse(stub.run('past').events[0]!)).toMatchObject({ _runtime: 11 })
    expect(JSON.parse(stub.run('past').summary)).toMatchObject({ _wandb: { runtime: 20 } })
  })

  it('must have begun at some time', async () => {
    await expect(start({ startTime: new Date('never') })).rejects.toThrow(/startTime is Invalid Date/)
  })
})

describe('resuming', () => {
  it('goes on after the last row, with config, summary and runtime of before', async () => {
    const first = await start({ id: 'again', config: { lr: 0.1, kept: 1 }, notes: 'n', tags: ['t'] })
    for (let step = 0; step < 3; step++) first.log({ loss: step })
    first.logSystem({ 'cpu.powerWatts': 10 })
    await first.finish()
    const second = await start({ id: 'again', resume: 'must', config: { lr: 0.2 } })
    expect(second).toMatchObject({ resumed: true, step: 3, name: first.name })
    second.log({ loss: 9 })
    second.logSystem({ 'cpu.powerWatts': 11 })
    await second.finish()
    expect(stub.rows('again').map(row => row._step)).toEqual([0, 1, 2, 3])
    expect(stub.run('again').events).toHaveLength(2)
    expect(stub.run('again')).toMatchObject({ notes: 'n', tags: ['t'] })
    expect(stub.run('again').config).toMatchObject({ lr: { value: 0.2 }, kept: { value: 1 } })
    const runtimes = stub.rows('again').map(row => row._runtime as number)
    expect(runtimes[3]).toBeGreaterThanOrEqual(Math.floor(runtimes[2]!))
  })

  it('insists where it is told to', async () => {
    await expect(start({ id: 'absent', resume: 'must' })).rejects.toThrow(/no run absent/)
    await (await start({ id: 'present' })).finish()
    await expect(start({ id: 'present', resume: 'never' })).rejects.toThrow(/has a run present/)
    const fresh = await start({ id: 'new', resume: 'allow' })
    expect(fresh.resumed).toBe(false)
    await fresh.finish()
  })

  it('remembers the run that did not end well, for "auto"', async () => {
    const dir = temporaryDirectory()
    const first = await start({ dir: dir.path, resume: 'auto' })
    first.log({ a: 1 })
    await first.finish(1)
    const second = await start({ dir: dir.path, resume: 'auto' })
    expect(second).toMatchObject({ id: first.id, resumed: true, step: 1 })
    await second.finish(0)
    const third = await start({ dir: dir.path, resume: 'auto' })
    expect(third.id).not.toBe(first.id)
    await third.finish()
    dir.remove()
  })
})

describe('what is left on the disk', () => {
  it('is a marked file of all records', async () => {
    const run = await start({ id: 'disk' })
    run.log({ a: 1 })
    await run.finish()
    expect(existsSync(join(run.directory!, 'run-disk.wandb.synced'))).toBe(true)
    expect(bodiesOf(run.directory!).map(body => body.case)).toEqual([
      'header',
      'run',
      'telemetry',
      'environment',
      'history',
      'summary',
      'summary',
      'exit',
      'final',
    ])
    expect(run.directory).toMatch(/run-\d{8}_\d{6}-disk$/)
  })

  it('never holds the API key', async () => {
    const run = await start({ id: 'secret' })
    await run.finish()
    for (const file of ['run-secret.wandb', 'files/config.yaml', 'files/wandb-metadata.json']) {
      expect(readFileSync(join(run.directory!, file)).includes(STUB_API_KEY)).toBe(false)
    }
  })
})
