// The example page as users get it: bundled by vite, by esbuild, and from plain URLs without any bundler.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseRecord } from '@epochwatt/core'
import {
  findChromium,
  launchChromium,
  type PageServer,
  type ServedFiles,
  servePages,
} from '@epochwatt/testing'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { mlflowServer, type TestServer } from '../../mlflow-js-client/test/mlflow-server.js'

const example = fileURLToPath(new URL('../../../examples/browser/', import.meta.url))
const packages = fileURLToPath(new URL('../../', import.meta.url))
const tfjs = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json'))

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-page-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const byVite = async (): Promise<ServedFiles> => {
  const outDir = temporaryFolder()
  const vite = await import('vite')
  await vite.build({ root: example, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  return { folders: { '/': outDir } }
}

const byEsbuild = async (): Promise<ServedFiles> => {
  const outdir = temporaryFolder()
  await build({
    entryPoints: [join(example, 'main.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir,
    logLevel: 'error',
  })
  const html = readFileSync(join(example, 'index.html'), 'utf8')
  return { texts: { '/index.html': html }, folders: { '/main.js': join(outdir, 'main.js'), '/': example } }
}

/** As from a CDN: files as they are published, found by an import map. Nothing is rewritten. */
const byImportMap = async (): Promise<ServedFiles> => {
  const imports = {
    '@epochwatt/core': '/cdn/core/flat/browser/index.js',
    '@epochwatt/core/browser': '/cdn/core/flat/browser/index.js',
    '@epochwatt/tensorflowjs-callback': '/cdn/tensorflowjs-callback/dist/index.js',
    '@tensorflow/tfjs': '/cdn/tfjs/dist/tf.fesm.min.js',
    // Only the example's own MLflow helper needs it: an application would name its copy.
    'mlflow-js-client': '/none.js',
  }
  const html = readFileSync(join(example, 'index.html'), 'utf8').replace(
    '<head>',
    `<head><script type="importmap">${JSON.stringify({ imports })}</script>`,
  )
  return {
    texts: { '/index.html': html, '/none.js': 'export const createMlflowClient = undefined' },
    folders: {
      '/cdn/core/': join(packages, 'core/'),
      '/cdn/tensorflowjs-callback/': join(packages, 'tensorflowjs-callback/'),
      '/cdn/tfjs/': `${tfjs}/`,
      '/': example,
    },
  }
}

const chromium = findChromium()
const skipped = chromium ? '' : ' (skipped: there is no Chromium in PATH)'

describe.skipIf(!chromium)(`the published packages in a page${skipped}`, { timeout: 120_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterAll(() => browser?.close())

  const open = async (files: ServedFiles): Promise<{ page: Page; server: PageServer; errors: string[] }> => {
    const server = await servePages(files)
    const page = await browser.newPage()
    onTestFinished(async () => {
      await page.close()
      await server.close()
    })
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await page.goto(server.url)
    return { page, server, errors }
  }

  const train = async (page: Page, settings: Readonly<Record<string, string>>): Promise<void> => {
    await page.selectOption('[name=backend]', 'cpu')
    for (const [name, value] of Object.entries(settings)) await page.fill(`[name=${name}]`, value)
    await page.click('form button')
    await page.waitForSelector('#message:text-matches("^(Finished|Failed)")', { timeout: 90_000 })
  }

  const recordOf = async (page: Page) => {
    const download = page.waitForEvent('download')
    await page.click('#download')
    const chunks = await (await (await download).createReadStream()).toArray()
    return parseRecord(JSON.parse(Buffer.concat(chunks).toString('utf8')), 'the download')
  }

  it.each([
    ['bundled by vite', byVite],
    ['bundled by esbuild', byEsbuild],
    ['from URLs, without a bundler', byImportMap],
  ])('%s: trains, shows each epoch and gives its record', async (_, files) => {
    const { page, server, errors } = await open(await files())
    await train(page, { epochs: '3' })
    expect(errors).toEqual([])
    expect(server.missing).toEqual([])
    expect(await page.textContent('#message')).toMatch(/^Finished/)
    expect(await page.locator('#epochs tr').count()).toBe(3)
    const [epoch, , , energy, carbon] = await page.locator('#epochs tr:first-child td').allTextContents()
    expect([epoch, energy, carbon]).toEqual([
      '1',
      expect.stringMatching(/^[\d.]+ mWh$/),
      expect.stringMatching(/ mg$/),
    ])
    expect(await page.locator('epochwatt-meter .state').textContent()).toBe('finished')
    const record = await recordOf(page)
    expect(record).toMatchObject({ status: 'finished', project: 'shapes', params: { backend: 'cpu' } })
    expect(record.epochs.map(({ complete }) => complete)).toEqual([true, true, true])
  })

  it('sends its run to a real MLflow server that allows its origin', async ({ skip }) => {
    const { page } = await open(await byEsbuild())
    const origin = new URL(page.url()).origin
    // The port of the page is known only now: this server is for any page.
    const args = (): readonly string[] => ['--cors-allowed-origins', '*']
    const server = await mlflowServer('current', 'any-origin', { args })
    if ('skipped' in server) return skip(server.skipped)
    const { url, python }: TestServer = server
    expect(new URL(url).origin).not.toBe(origin)
    await train(page, { epochs: '2', mlflow: url })
    expect(await page.textContent('#message')).toMatch(/^Finished/)
    const record = await recordOf(page)
    const run = await python<{ params: object; metrics: object; artifacts: string[]; losses: number }>(
      `
import json, mlflow
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name('shapes')
run = client.search_runs([experiment.experiment_id])[0]
losses = client.get_metric_history(run.info.run_id, 'loss')
artifacts = [f.path for f in client.list_artifacts(run.info.run_id, 'energy')]
print(json.dumps(dict(params=run.data.params, metrics=run.data.metrics, artifacts=artifacts, losses=len(losses))))
`,
    )
    expect(run).toMatchObject({
      params: { backend: 'cpu', epochs: '2' },
      metrics: { 'energy/total_kwh': record.energy.total_kwh!.value },
      artifacts: ['energy/record.json'],
      losses: 2,
    })
  })
})
