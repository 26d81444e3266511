// What a user sees: MLflow's own pages, in a real browser. Screenshots go to EPOCHWATT_SCREENSHOTS, else to a cache folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { findChromium, launchChromium } from '@epochwatt/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectToMlflow, uniqueName } from '../../mlflow-js-client/test/connect.js'
import { mlflow } from './mlflow.js'

const connected = await connectToMlflow()
const missing =
  'skipped' in connected ? connected.skipped : findChromium() ? undefined : 'no Chromium in PATH'
if (missing && process.env.CI) throw new Error(`The pages of MLflow cannot be looked at: ${missing}`)

const screenshots =
  process.env.EPOCHWATT_SCREENSHOTS ??
  fileURLToPath(new URL('../../../node_modules/.cache/epochwatt-screenshots', import.meta.url))

describe.skipIf(missing)(`the pages of MLflow${missing ? ` (${missing})` : ''}`, { timeout: 90_000 }, () => {
  if ('skipped' in connected) return
  const { client, server } = connected
  const dir = mkdtempSync(join(tmpdir(), 'epochwatt-shown-'))
  const experiment = uniqueName('shown')
  const records: RunRecord[] = []
  let browser: Browser
  let page: Page
  let experimentId = ''
  let runIds: string[] = []

  const train = async (name: string): Promise<RunRecord> => {
    const tracker = startTracking({
      dir,
      name,
      country: 'FR',
      params: { lr: 0.1 },
      samplingIntervalMs: 100,
      exporters: [mlflow({ trackingUri: server.url, experiment })],
    })
    for (let index = 0; index < 3; index += 1) {
      const epoch = tracker.window('epoch', { index })
      await new Promise(resolve => setTimeout(resolve, 700))
      epoch.end()
      epoch.logMetrics({ loss: 1 / (index + 1) })
    }
    return (await tracker.stop())!
  }

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    const [opened, ...trained] = await Promise.all([launchChromium(), train('first'), train('second')])
    browser = opened
    // Tall, since MLflow draws only what is in view.
    page = await browser.newPage({ viewport: { width: 1400, height: 3200 } })
    records.push(...trained)
    experimentId = (await client.experiments.getByName(experiment))!.experimentId
    const runs = await client.runs.search({ experimentIds: [experimentId], orderBy: ['run_name ASC'] }).all()
    runIds = runs.map(({ info }) => info.runId)
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const go = (path: string) => page.goto(`${server.url}/#${path}`)
  /** As a reader sees it, line by line. */
  // biome-ignore lint/performance/useDomNodeTextContent: the text of the DOM has no lines
  const visibleText = () => page.evaluate(() => document.body.innerText)
  const shoot = (name: string) => page.screenshot({ path: join(screenshots, `mlflow-${name}.png`) })
  const shown = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 40_000 })
  const runPage = (tab: string) => go(`/experiments/${experimentId}/runs/${runIds[0]}${tab}`)
  /** Points that the chart of a metric has drawn. */
  const drawnPoints = (key: string): Promise<number> =>
    page.evaluate(name => {
      const charts = [...document.querySelectorAll('.js-plotly-plot')]
      const chart = charts.find(({ parentElement }) => {
        let card: Element | null = parentElement
        while (card && !card.textContent?.includes('(')) card = card.parentElement
        return card?.textContent?.includes(`(${name})`) ?? false
      })
      return chart?.querySelectorAll('.point').length ?? 0
    }, key)

  it('show the summary in the description of the run, and the params that it stands on', async () => {
    await runPage('')
    await shown(/operational carbon/)
    await shoot('overview')
    const text = await visibleText()
    expect(text).toContain('Finished')
    expect(text).toContain(records[0]!.id)
    expect(text).toMatch(/Energy [\d.e-]+ kWh \(/)
    expect(text).toContain('energy/report.html')
  })

  it('draw energy and carbon over the epochs, in sections above the rest', async () => {
    await runPage('/model-metrics')
    for (const key of [
      'carbon/total_gco2eq',
      'carbon/epoch_gco2eq',
      'energy/epoch_kwh',
      'energy/total_kwh',
      'loss',
    ])
      await shown(`first (${key})`)
    await shoot('charts')
    const text = await visibleText()
    const sections = [...text.matchAll(/^(carbon|energy|Model metrics)\s*\(\d+\)/gm)].map(([, name]) => name)
    expect(sections).toEqual(['carbon', 'energy', 'Model metrics'])
    // Three epochs and the total of the run.
    await expect.poll(() => drawnPoints('energy/total_kwh'), { timeout: 20_000 }).toBe(4)
  })

  it('draw power by time among the system metrics', async () => {
    await runPage('/system-metrics')
    await shown('first (system/total_power_watts)')
    await shoot('system-metrics')
    const text = await visibleText()
    for (const key of ['system/total_power_watts', 'system/energy_total_kwh', 'system/carbon_total_gco2eq'])
      expect(text).toContain(`first (${key})`)
    expect(text).not.toContain('energy/total_kwh')
  })

  it('show the report as it is', async () => {
    await runPage('/artifacts/energy/report.html')
    const report = page.frameLocator('iframe')
    await report.getByText('Energy and carbon of a training run').waitFor({ timeout: 40_000 })
    await report.getByText(records[0]!.id).first().waitFor()
    await shoot('report')
    expect(await report.locator('svg').count()).toBeGreaterThan(0)
  })

  it('compare runs by their energy', async () => {
    const query = `runs=${JSON.stringify(runIds)}&experiments=${JSON.stringify([experimentId])}`
    await go(`/compare-runs?${encodeURI(query)}`)
    await shown('Comparing 2 Runs from 1 Experiment')
    for (const name of [
      'first',
      'second',
      'energy_grid_zone',
      'carbon/total_gco2eq',
      'energy/epoch_mean_watts',
    ])
      await shown(name)
    await shoot('compare')
    const text = await visibleText()
    expect(text).toContain(records[0]!.id)
    expect(text).toContain(records[1]!.id)
  })
})
