// The browser build in a page of another origin, in a real browser, with a real server.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findChromium, launchChromium } from '@epochwatt/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../test/bundle.js'
import { clientOf } from '../test/client-of.js'
import { isSkipped } from '../test/describe-with.js'
import { mlflowServer } from '../test/mlflow-server.js'

const origin = 'https://lab.example'
const html = `<!doctype html><title>loading</title><script type="module">
  import * as mlflow from '/browser.mjs'
  globalThis.mlflow = mlflow
  document.title = 'ready'
</script>`
const proxied = (folder: string) => ['--artifacts-destination', join(folder, 'artifacts')]
const [open, closed] = await Promise.all([
  mlflowServer('current', 'cors', {
    args: folder => [...proxied(folder), '--cors-allowed-origins', origin],
  }),
  mlflowServer(),
])
const missing = isSkipped(open)
  ? open.skipped
  : isSkipped(closed)
    ? closed.skipped
    : findChromium()
      ? undefined
      : 'no Chromium in PATH'
if (missing && process.env.CI) throw new Error(`The client cannot be tried in a page: ${missing}`)

describe.skipIf(missing)(
  `in a page of another origin${missing ? ` (${missing})` : ''}`,
  { timeout: 60_000 },
  () => {
    if (isSkipped(open) || isSkipped(closed)) return
    let browser: Browser
    beforeAll(async () => {
      browser = await launchChromium()
    }, 60_000)
    afterAll(() => browser?.close())

    const openPage = async (): Promise<Page> => {
      const folder = dirname((await bundle('browser', 'browser')).file)
      const scripts = readdirSync(folder)
      // A page of the web asks its reader before it talks to the machine that it is read on.
      const context = await browser.newContext({ permissions: ['local-network-access'] })
      const page = await context.newPage()
      await page.route(`${origin}/**`, route => {
        const name = new URL(route.request().url()).pathname.slice(1)
        return scripts.includes(name)
          ? route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, name), 'utf8') })
          : route.fulfill({ contentType: 'text/html', body: html })
      })
      await page.goto(`${origin}/index.html`)
      await page.waitForFunction(() => document.title === 'ready')
      return page
    }

    /** What a page does with the client: everything goes over the network of the browser. */
    const logFromPage = async (trackingUri: string) => {
      const page = await openPage()
      return page.evaluate(async uri => {
        const { mlflow } = globalThis as unknown as { mlflow: typeof import('./browser.js') }
        try {
          mlflow.setTrackingUri(uri, { retry: { maxRetries: 0 } })
          await mlflow.setExperiment('from a page')
          const run = await mlflow.startRun({ runName: 'page' })
          for (let step = 0; step < 50; step += 1) void mlflow.logMetric('loss', 1 / (step + 1), { step })
          await mlflow.logParams({ lr: 0.1 })
          await mlflow.logArtifact(new File(['from a page'], 'note.txt'), 'notes')
          await mlflow.logTable([{ epoch: 0, loss: 1 }], 'epochs.json')
          await mlflow.flush()
          await mlflow.endRun()
          const history = await mlflow.getMetricHistory(run.runId, 'loss').all()
          return { runId: run.runId, points: history.length }
        } catch (error) {
          return { message: (error as Error).message, code: (error as { errorCode?: string }).errorCode }
        }
      }, trackingUri)
    }

    it('logs to a server that allows it', async () => {
      const logged = await logFromPage(open.url)
      expect(logged).toEqual({ runId: expect.any(String), points: 50 })
      const client = clientOf(open.url)
      const runId = (logged as { runId: string }).runId
      const { info, data } = await client.runs.get(runId)
      expect(info).toMatchObject({ runName: 'page', status: 'FINISHED' })
      expect(data.params).toEqual({ lr: '0.1' })
      expect(data.tags['mlflow.source.name']).toBe(`${origin}/index.html`)
      const history = await client.metrics.history(runId, 'loss').all()
      expect(history.map(({ step, value }) => [step, value]).sort(([a], [b]) => a! - b!)).toEqual(
        Array.from({ length: 50 }, (_, step) => [step, 1 / (step + 1)]),
      )
      expect(await client.artifacts.downloadText(runId, 'notes/note.txt')).toBe('from a page')
      expect(await client.artifacts.downloadText(runId, 'epochs.json')).toContain('epoch')
    })

    it('says how a server that turns it away is to be started', async () => {
      expect(await logFromPage(closed.url)).toMatchObject({
        message: expect.stringContaining(`--cors-allowed-origins`),
      })
    })
  },
)
