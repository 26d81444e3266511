// The published entrance for pages: as an application's bundler makes it, in a real browser, against the stub.
import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'
import { findChromium, launchChromium, type PageServer, servePages } from '@epochwatt/testing'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as Wandb from './browser.js'
import type * as Node from './index.js'
import { parseExtended } from './json/extended-json.js'
import { STUB_API_KEY, type StubBackend, startStubBackend } from './testing/stub-backend.js'

declare global {
  // What the page below puts there.
  var wandb: typeof Wandb
}

const PAGE = `<!doctype html><title>run</title>
<script type="module">
  import * as wandb from '/wandb.js'
  Object.assign(globalThis, { wandb })
</script>`

const bundle = () =>
  build({
    // A package that has this one among its dependencies.
    stdin: {
      contents: "export * from 'wandb-node-sdk-shim'",
      resolveDir: fileURLToPath(new URL('../../wandb-plugin/', import.meta.url)),
    },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
  })

/** What pages have no use for: files, and the settings of machines. */
const ONLY_IN_NODE = ['findRunFiles', 'loadSettings', 'login', 'readRecords', 'readRuns', 'sync']

describe('the entrance for pages', () => {
  it('reaches nothing of Node', async () => {
    const { metafile, outputFiles } = await bundle()
    const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports)
    expect(imports.map(({ path }) => path).filter(path => isBuiltin(path))).toEqual([])
    expect(outputFiles[0]!.contents.length).toBeLessThan(160_000)
  })

  it('offers what the one for Node offers, but for files', async () => {
    const [node, browser] = [await import('./index.js'), await import('./browser.js')]
    const missing = Object.keys(node).filter(name => !(name in browser))
    expect(missing.filter(name => !ONLY_IN_NODE.includes(name))).toEqual([])
    expect(Object.keys(browser).filter(name => !(name in node))).toEqual([])
    // The same types: what compiles for Node compiles for a page.
    const init: typeof Node.init = browser.init
    expect(init).toBeTypeOf('function')
  })
})

const chromium = findChromium()

describe.skipIf(!chromium)(`in Chromium${chromium ? '' : ' (skipped: there is none in PATH)'}`, () => {
  let server: PageServer
  let browser: Awaited<ReturnType<typeof launchChromium>>
  let page: Awaited<ReturnType<typeof browser.newPage>>
  let stub: StubBackend

  beforeAll(async () => {
    const { outputFiles } = await bundle()
    server = await servePages({ texts: { '/index.html': PAGE, '/wandb.js': outputFiles[0]!.text } })
    browser = await launchChromium()
    page = await browser.newPage()
    await page.goto(server.url)
    await page.waitForFunction(() => 'wandb' in globalThis)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  beforeEach(async () => {
    stub = await startStubBackend({ cors: true })
  })
  afterEach(async () => {
    expect(stub.problems).toEqual([])
    await stub.close()
  })

  const settings = () => ({
    baseUrl: stub.url,
    apiKey: STUB_API_KEY,
    silent: true,
    fileStreamTransmitInterval: 0.02,
    retryWaitMin: 0.01,
    retryWaitMax: 0.05,
    initTimeout: 5,
  })

  it('a run arrives whole: rows, summary, config, media, table, artifact, alert, system metrics', async () => {
    stub.fail('file_stream', { status: 429, headers: { 'retry-after': '0.02' } }, { drop: 'before' })
    const result = await page.evaluate(async settings => {
      const { Artifact, Histogram, Image, init, Table } = globalThis.wandb
      const run = await init({ project: 'p', id: 'page', config: { lr: 0.1 }, tags: ['t'], settings })
      run.defineMetric('loss', { summary: 'min' })
      for (let i = 0; i < 20; i++) run.log({ loss: 1 / (i + 1), odd: i % 2 ? Number.NaN : i })
      run.log({
        histogram: new Histogram([1, 2, 3], { numBins: 2 }),
        image: new Image({ data: new Uint8Array(12).fill(9), width: 2, height: 2 }),
        table: new Table({ columns: ['a'], data: [[1]] }),
      })
      run.summary.set('best', 5)
      run.logSystem({ 'gpu.0.powerWatts': 40 })
      run.alert({ title: 'over', text: 'budget' })
      const artifact = new Artifact('data', 'dataset')
      artifact.addBuffer('a/b.txt', 'test')
      artifact.addBuffer('energy.json', '{}')
      await run.logArtifact(artifact)
      const id = await artifact.id()
      const { step, directory, url, stopped } = run
      return { ...(await run.finish(3)), digest: artifact.digest, id, step, directory, url, stopped }
    }, settings())
    expect(result).toMatchObject({
      exitCode: 3,
      uploaded: true,
      // Known from W&B's own client.
      digest: '05858d594e27fd96eeb27f6ef0f169b3',
      step: 21,
      url: `${stub.url}/stub/p/runs/page`,
      stopped: false,
    })
    expect(result.directory).toBeUndefined()
    const run = stub.run('page')
    expect(stub.rows('page').map(row => row._step)).toEqual(Array.from({ length: 21 }, (_row, i) => i))
    expect(stub.rows('page')[1]!.odd).toBeNaN()
    expect(parseExtended(run.summary)).toMatchObject({ best: 5, loss: { min: 1 / 20 } })
    expect(run).toMatchObject({ exitCode: 3, tags: ['t'], config: { lr: { value: 0.1 } } })
    expect(run.alerts).toMatchObject([{ title: 'over' }])
    expect(JSON.parse(run.events[0]!)).toMatchObject({ 'system.gpu.0.powerWatts': 40 })
    const image = stub.rows('page')[20]!.image as { path: string }
    expect(run.files.get(image.path)?.subarray(1, 4).toString()).toBe('PNG')
    expect(stub.artifact('data')).toMatchObject({ id: result.id, state: 'COMMITTED' })
    expect(stub.artifact('run-page-table').state).toBe('COMMITTED')
  })

  const errorOf = (options: Parameters<typeof Wandb.init>[0]) =>
    page.evaluate(async options => {
      const error = await globalThis.wandb.init(options).catch((reason: unknown) => reason)
      return error instanceof globalThis.wandb.WandbError
        ? { code: error.code, message: error.message }
        : { code: 'none', message: String(error) }
    }, options)

  it('says what a page cannot do, and what it was refused', async () => {
    expect(await errorOf({ mode: 'offline' })).toMatchObject({ code: 'USAGE' })
    const wrong = { ...settings(), apiKey: 'wrong000'.repeat(5) }
    expect(await errorOf({ settings: wrong })).toMatchObject({ code: 'AUTHENTICATION' })
    const away = { ...settings(), baseUrl: 'http://127.0.0.1:9', initTimeout: 0.3 }
    expect(await errorOf({ settings: away })).toMatchObject({ code: 'COMMUNICATION' })
    expect(await errorOf({ entity: 'nobody', settings: settings() })).toMatchObject({
      message: expect.stringContaining('entity nobody not found'),
    })
    stub.problems.length = 0
    const message = await page.evaluate(() => {
      try {
        new globalThis.wandb.Artifact('a', 'b').addFile('/etc/hosts')
      } catch (error) {
        return (error as Error).message
      }
      return ''
    })
    expect(message).toMatch(/A browser has no files.*addBuffer/)
  })

  it('a disabled run sends nothing', async () => {
    const result = await page.evaluate(async () => {
      const run = await globalThis.wandb.init({ mode: 'disabled' })
      run.log({ a: 1 })
      return run.finish()
    })
    expect(result).toEqual({ exitCode: 0, uploaded: false })
    expect(stub.requests).toEqual([])
  })
})
