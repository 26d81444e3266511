// One script through W&B's own Python SDK and through this package: what the server ends up with must be the same.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Artifact, Histogram, init, type Run, sync, Table } from './index.js'
import { parseExtended } from './json/extended-json.js'
import { describeWithStock } from './testing/describe-stock.js'
import { stubSettings } from './testing/fixture.js'
import { hasLegacySync } from './testing/stock-wandb.js'
import type { StubBackend } from './testing/stub-backend.js'

const script = (original: string, artifact: string, options: string, hasGoal: boolean) => `
import wandb
run = wandb.init(project='p', entity='stub', ${options}, config={'lr': 0.1, 'nested': {'a': [1, 2]}, 'none': None}, tags=['t'],
    group='g', job_type='j', notes='n')
run.define_metric('acc', summary='max,mean'${hasGoal ? ", goal='maximize'" : ''})
run.define_metric('val/*', step_metric='epoch', summary='min')
run.define_metric('quiet', hidden=True, summary='none')
run.define_metric('first', step_metric='epoch', step_sync=False, summary='first,last')
for i in range(4):
    run.log({'acc': i / 4, 'epoch': i, 'val/x': 3 - i, 'deep': {'a': {'b': i}}, 'text': f't{i}'})
    run.log({'val/y': i, 'first': i, 'quiet': i})
run.log({'nan': float('nan'), 'inf': float('-inf'), 'large': 2**53 - 1, 'tiny': 1e-300, 'none': None}, step=17)
run.log({'more': 1}, step=17, commit=False)
run.log({'below': 1}, step=3)
run.log({'last': True, 'list': [1, [2, None]]})
run.log({'histogram': wandb.Histogram(np_histogram=([1, 2], [0, 1, 2]))})
run.log({'table': wandb.Table(columns=['a', 'b'], data=[[1, 'x'], [2, None]])})
run.config.update({'later': [1, {'two': 2}]})
run.summary.update({'best': 0.75, 'word': 'yes'})
artifact = wandb.Artifact('${artifact}', 'dataset', metadata={'n': 1}, description='d')
artifact.add_file(${JSON.stringify(original)}, name='data.csv')
artifact.add_file(${JSON.stringify(original)}, name='a/b.csv')
artifact.add_file(${JSON.stringify(original)}, name='\\U0001F600.csv')
artifact.add_file(${JSON.stringify(original)}, name='\\uFF5E.csv')
artifact.add_reference('https://example.invalid/x.bin', checksum=False)
run.log_artifact(artifact, aliases=['latest', 'best'])
run.finish(exit_code=3)
`

const theSame = async (run: Run, original: string, name: string, hasGoal: boolean): Promise<Artifact> => {
  run.defineMetric('acc', { summary: 'max,mean', ...(hasGoal && { goal: 'maximize' }) })
  run.defineMetric('val/*', { stepMetric: 'epoch', summary: 'min' })
  run.defineMetric('quiet', { hidden: true, summary: 'none' })
  run.defineMetric('first', { stepMetric: 'epoch', stepSync: false, summary: 'first,last' })
  for (let i = 0; i < 4; i++) {
    run.log({ acc: i / 4, epoch: i, 'val/x': 3 - i, deep: { a: { b: i } }, text: `t${i}` })
    run.log({ 'val/y': i, first: i, quiet: i })
  }
  const odd = { nan: Number.NaN, inf: Number.NEGATIVE_INFINITY, large: 2 ** 53 - 1, tiny: 1e-300, none: null }
  run.log(odd, { step: 17 })
  run.log({ more: 1 }, { step: 17, commit: false })
  run.log({ below: 1 }, { step: 3 })
  run.log({ last: true, list: [1, [2, null]] })
  run.log({ histogram: Histogram.fromCounts([1, 2], [0, 1, 2]) })
  const data = [
    [1, 'x'],
    [2, null],
  ]
  run.log({ table: new Table({ columns: ['a', 'b'], data }) })
  run.config.update({ later: [1, { two: 2 }] })
  run.summary.update({ best: 0.75, word: 'yes' })
  const artifact = new Artifact(name, 'dataset', { metadata: { n: 1 }, description: 'd' })
  artifact.addFile(original, { name: 'data.csv' })
  artifact.addFile(original, { name: 'a/b.csv' })
  artifact.addBuffer('\u{1F600}.csv', readFileSync(original))
  artifact.addFile(original, { name: '\uFF5E.csv' })
  artifact.addReference('https://example.invalid/x.bin')
  await run.logArtifact(artifact, { aliases: ['latest', 'best'] })
  await run.finish(3)
  return artifact
}

type Row = Record<string, unknown>

/** Without the names that each client draws for an artifact before the server knows it. */
const withoutIds = ({ table, ...row }: Row): Row =>
  table === undefined
    ? row
    : {
        ...row,
        table: JSON.parse(JSON.stringify(table).replaceAll(/(artifact:\/\/)\w+/g, '$1ID')) as unknown,
      }

const withoutTimes = ({ _timestamp, _runtime, _wandb, ...row }: Row): Row => row

const EXPLICITLY_DEFINED = 3

/**
 * Definitions by name; an x-axis by its name instead of its place in the list, flags in any order. Until 0.30 clients
 * listed the metrics that a glob made, marked as defined; later ones list the glob: it stands for those metrics.
 */
const definitions = (config: Record<string, { value: unknown }>, names: readonly string[]) => {
  const { m } = config._wandb!.value as { m: Record<string, unknown>[] }
  const entries = m.flatMap(({ 1: name, 2: glob, 5: index, 6: options, 7: summary, ...rest }) => {
    const axis = index && m[Number(index) - 1]![1]
    const prefix = glob === undefined ? undefined : String(glob).slice(0, -1)
    const isOfGlob = prefix !== undefined || String(name).startsWith('val/')
    const flags = (options as number[]).filter(flag => !(isOfGlob && flag === EXPLICITLY_DEFINED)).toSorted()
    const definition = { ...rest, axis, flags, summary: (summary as number[]).toSorted() }
    const meant = prefix === undefined ? [String(name)] : names.filter(known => known.startsWith(prefix))
    return meant.map(own => [own, definition] as const)
  })
  return Object.fromEntries(entries)
}

/** All that a server knows of a run, but for ids, times, host and program. */
const runOf = (stub: StubBackend, id: string) => {
  const { config: whole, exitCode, tags, notes, group, jobType, summary } = stub.run(id)
  const { _wandb, ...config } = whole
  const rows = stub.rows(id).map(row => withoutIds(withoutTimes(row)))
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  return {
    rows,
    summary: withoutIds(withoutTimes(parseExtended(summary) as Row)),
    config,
    definitions: definitions(whole, names),
    about: { exitCode, tags, notes, group, jobType },
  }
}

const artifactOf = (stub: StubBackend, collection: string) => {
  const { digest, type, state, input, manifest, files } = stub.artifact(collection)
  const content = (path: string) => stub.state.blobs.get(path)!.toString('utf8')
  const parsed = JSON.parse(content(manifest!.storagePath)) as { contents: Record<string, Row> }
  const contents = Object.entries(parsed.contents).map(([path, entry]) => {
    // Later clients leak two names of their own into the manifest.
    const { birthArtifactID, local_path, skip_cache, ...rest } = entry
    return [path, rest] as const
  })
  const { description, digestAlgorithm, aliases, metadata } = input
  return {
    digest,
    type,
    state,
    description,
    digestAlgorithm,
    metadata: JSON.parse(String(metadata)) as unknown,
    aliases: (aliases as { alias: string }[]).map(({ alias }) => alias).toSorted(),
    manifest: { ...parsed, contents: Object.fromEntries(contents) },
    texts: Object.fromEntries([...files].map(([name, { storagePath }]) => [name, content(storagePath)])),
  }
}

/** The table behind a row; Python writes the same JSON with other spaces. */
const tableOf = (stub: StubBackend, id: string): unknown => {
  const [file] = stub.artifact(`run-${id}-table`).files.values()
  return JSON.parse(stub.state.blobs.get(file!.storagePath)!.toString('utf8'))
}

describeWithStock('the same script', ({ stock, dir, stub, python }) => {
  const original = join(dir, 'original.csv')
  writeFileSync(original, 'a,b\n1,2\n')
  // Later releases have no goals.
  const hasGoal = hasLegacySync(stock.version)
  const theirs = (id: string, mode: 'online' | 'offline') =>
    python('-c', script(original, `by-${id}`, `id='${id}', mode='${mode}'`, hasGoal))
  const ours = async (id: string, mode: 'online' | 'offline'): Promise<string> => {
    const run = await init({
      project: 'p',
      entity: 'stub',
      tags: ['t'],
      group: 'g',
      jobType: 'j',
      notes: 'n',
      id,
      mode,
      dir,
      config: { lr: 0.1, nested: { a: [1, 2] }, none: null },
      settings: stubSettings(stub()),
    })
    await theSame(run, original, `by-${id}`, hasGoal)
    return run.directory!
  }
  const recorded = (id: string) =>
    join(dir, 'wandb', readdirSync(join(dir, 'wandb')).find(name => name.endsWith(`-${id}`))!)
  const expectSame = (one: string, other: string) => {
    expect(runOf(stub(), one)).toEqual(runOf(stub(), other))
    expect(runOf(stub(), one).rows).toHaveLength(11)
    expect(tableOf(stub(), one)).toEqual(tableOf(stub(), other))
  }
  const artifact = (id: string) => artifactOf(stub(), `by-${id}`)

  it('leaves the same rows, summary, config, metrics, artifact and manifest on the server', async () => {
    await theirs('theirs', 'online')
    await ours('ours', 'online')
    expect(stub().problems).toEqual([])
    expectSame('ours', 'theirs')
    expect(artifact('ours')).toEqual(artifact('theirs'))
    expect(Object.keys(artifact('ours').manifest.contents)).toHaveLength(5)
  })

  it('leaves the same when it is recorded offline and uploaded by our sync, whoever recorded it', async () => {
    await theirs('theirs-off', 'offline')
    await ours('ours-off', 'offline')
    for (const id of ['ours-off', 'theirs-off']) {
      const synced = await sync(recorded(id), { settings: stubSettings(stub()) })
      expect(synced).toMatchObject([{ outcome: 'uploaded', rows: 11 }])
    }
    expect(stub().problems).toEqual([])
    expectSame('ours-off', 'theirs-off')
    expect(artifact('ours-off')).toEqual(artifact('theirs-off'))
  })

  const syncs = hasLegacySync(stock.version) ? ['sync', 'sync --legacy'] : ['sync']
  it.each(syncs)('leaves the same when it is recorded offline and uploaded by wandb %s', async command => {
    const [mine, its] = [`ours-${command.length}`, `theirs-${command.length}`]
    await ours('on', 'online')
    await ours(mine, 'offline')
    await theirs(its, 'offline')
    await python('-m', 'wandb', ...command.split(' '), recorded(mine), recorded(its))
    expect(stub().problems).toEqual([])
    // The older program takes the end of the file for the end of its own run, and finishes it with 0.
    if (command.includes('legacy')) stub().run(its).exitCode = 3
    expectSame(mine, its)
    expect(runOf(stub(), mine).rows).toEqual(runOf(stub(), 'on').rows)
    // Not held against theirs: the sync of 0.28.2 leaves an artifact of its own client pending.
    expect(artifact(mine)).toEqual(artifact('on'))
  })
})
