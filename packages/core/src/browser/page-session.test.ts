import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { findChromium, launchChromium, type PageServer, servePages } from '@epochwatt/testing'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRecord } from '../record/record.js'
import { parseRecord } from '../record/record-schema.js'
import type * as Epochwatt from './index.js'

declare global {
  // What the page below puts there.
  var epochwatt: typeof Epochwatt
}

const PAGE = `<!doctype html><title>digits</title>
<script type="module">
  import * as epochwatt from '/epochwatt.js'
  Object.assign(globalThis, { epochwatt })
</script>`

const WORKER = `
import { startTracking } from '/epochwatt.js'
const tracker = startTracking({ name: 'in a worker' })
const epoch = tracker.window('epoch', { index: 0 })
const until = performance.now() + 200
while (performance.now() < until);
epoch.end()
postMessage(await tracker.stop())`

const bundle = () =>
  build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
  })

describe('the engine for pages', () => {
  it('reaches nothing of Node or of any package, and is as small as this file allows', async () => {
    const { outputFiles, metafile } = await bundle()
    const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports)
    expect(imports.map(({ path }) => path).filter(path => isBuiltin(path))).toEqual([])
    expect(Object.keys(metafile.inputs).filter(path => path.includes('node_modules'))).toEqual([])
    // 50 kB of the script are tables of places and boards.
    expect(outputFiles[0]!.contents.length).toBeLessThan(160_000)
    expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(56_000)
  })
})

const chromium = findChromium()

describe.skipIf(!chromium)(`in Chromium${chromium ? '' : ' (skipped: there is none in PATH)'}`, () => {
  let server: PageServer
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    const { outputFiles } = await bundle()
    server = await servePages({
      texts: { '/index.html': PAGE, '/worker.js': WORKER, '/epochwatt.js': outputFiles[0]!.text },
    })
    browser = await launchChromium()
    page = await browser.newPage()
    await page.goto(server.url)
    await page.waitForFunction(() => 'epochwatt' in globalThis)
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const valid = (record: RunRecord | undefined): RunRecord => parseRecord(record, 'what the page gave')

  it('counts what its user states of the footprint, as Node does', async () => {
    const record = valid(
      await page.evaluate(async () => {
        const tracker = epochwatt.startTracking({
          country: 'FR',
          pue: 1.2,
          psuEfficiency: 0.9,
          boardShare: 0.1,
          preparationFactor: 4,
          wue: 1.8,
          waterIntensity: 3,
          tariff: '0.31 EUR; 22:00-06:00 0.22; Europe/Paris',
          marketIntensity: 20,
          marginalIntensity: 600,
          offsetKg: 12,
          machineKg: 900,
          lifetimeYears: 5,
        })
        const epoch = tracker.window('epoch', { index: 0 })
        await new Promise(resolve => setTimeout(resolve, 300))
        epoch.end()
        return tracker.stop()
      }),
    )
    const { water, cost, preparation, offsets, grid, carbon, energy, pue } = record
    expect(pue.value).toBe(1.2)
    expect(water?.total_l?.value).toBeGreaterThan(0)
    expect(cost).toMatchObject({ currency: 'EUR' })
    expect(preparation?.factor).toBe(4)
    expect(offsets).toEqual({ stated_kg: 12 })
    expect(grid.beside?.map(({ kind }) => kind)).toEqual(['marginal', 'residual', 'contract'])
    expect(carbon.embodied_parts?.[0]).toMatchObject({ whole_kg: 900, lifetime_h: 5 * 8760 })
    // The model of a computer is one of watts at the wall; that of a GPU, where it works, is not.
    expect(energy.losses?.reason).toContain('at the wall')
  })

  it('makes a record of the same form as Node does, from a model that says it is one', async () => {
    const record = valid(
      await page.evaluate(async () => {
        const tracker = epochwatt.startTracking({ country: 'FR', tags: { from: 'page' } })
        for (let index = 0; index < 3; index++) {
          const epoch = tracker.window('epoch', { index })
          // Blocks the page, as training does.
          const until = performance.now() + 300
          while (performance.now() < until);
          epoch.end()
          epoch.logMetrics({ loss: 1 / (index + 1) })
        }
        return tracker.stop()
      }),
    )
    expect(record).toMatchObject({
      status: 'finished',
      project: 'digits',
      static_policy: 'capacity',
      tags: { from: 'page' },
      grid: { zone: 'FR' },
      software: { platform: 'browser' },
    })
    expect(record.epochs.map(({ metrics }) => metrics.loss)).toEqual([1, 0.5, 1 / 3])
    const { total_kwh, measured_share, components } = record.energy
    expect(measured_share).toBe(0)
    expect(total_kwh).toMatchObject({ tier: 'assumed' })
    // 8 W a thread, 1.2 threads, 0.9 s; the band is that of the model, a little wider for its idle power.
    expect(total_kwh!.value * 3.6e6).toBeGreaterThan(0.9 * 9.6)
    expect(total_kwh!.value * 3.6e6).toBeLessThan(2 * 9.6)
    expect(total_kwh!.high / total_kwh!.value).toBeGreaterThanOrEqual(2.5)
    expect(components.cpu.kwh?.method).toContain('browser-estimate')
    // A guess may feed a model, but is no figure of its own: neither waiting nor utilisation was seen.
    expect(record.waste?.idle).toBeUndefined()
    expect(record.methodology).not.toHaveProperty('utilisation')
    // Of the machine's making it answers for the threads that it kept busy.
    expect(record.carbon.embodied_g!.method).toMatch(/share 0\.\d+/)
    const inEpochs = record.epochs.reduce((sum, { energy_kwh }) => sum + energy_kwh!.value, 0)
    expect(inEpochs + (record.outside_epochs.energy_kwh?.value ?? 0)).toBeCloseTo(total_kwh!.value, 12)
    expect(record.sensors).toContainEqual(
      expect.objectContaining({ id: 'browser/instruments', state: 'absent', remedy: expect.any(String) }),
    )
    expect(record.hardware.browser).toMatch(/^Chrom\w+ \d+$|^HeadlessChrome \d+$/)
  })

  it('counts an idle page as idle', async () => {
    const joules = await page.evaluate(async () => {
      const tracker = epochwatt.startTracking()
      await new Promise(resolve => setTimeout(resolve, 1500))
      const record = await tracker.stop()
      return record!.energy.total_kwh!.value * 3.6e6
    })
    expect(joules).toBeLessThan(0.5 * 9.6)
  })

  it('charges a GPU in software to the processor, and says which it saw', async ({ skip }) => {
    const { ids, gpu } = await page.evaluate(async () => {
      const tracker = epochwatt.startTracking({ params: { backend: 'webgpu' } })
      tracker.window('epoch', { index: 0 }).end()
      const record = await tracker.stop()
      return { ids: record!.sensors.map(({ id }) => id), gpu: record!.hardware.gpu }
    })
    skip(gpu === undefined, 'this Chromium has no WebGPU adapter')
    expect(gpu).toContain('swiftshader')
    expect(ids).not.toContain('browser/gpu')
  })

  it('counts a GPU once somebody says that it works', async () => {
    const record = valid(
      await page.evaluate(async () => {
        // A board, for the length of this test.
        const gpu = {
          requestAdapter: async () => ({ info: { vendor: 'nvidia', architecture: 'ampere' } }),
        }
        Object.defineProperty(navigator, 'gpu', { configurable: true, get: () => gpu })
        const tracker = epochwatt.startTracking()
        await new Promise(resolve => setTimeout(resolve, 50))
        const epoch = tracker.window('epoch', { index: 0 })
        tracker.setParams({ backend: 'webgl' })
        await new Promise(resolve => setTimeout(resolve, 500))
        epoch.end()
        return tracker.stop()
      }),
    )
    const { gpu } = record.energy.components
    expect(gpu.kwh!.value * 3.6e6).toBeGreaterThan(0.4 * 100)
    expect(gpu.kwh).toMatchObject({ tier: 'assumed' })
    expect(gpu.kwh!.high / gpu.kwh!.value).toBeGreaterThan(4)
    expect(record.warnings.map(({ code }) => code)).not.toContain('GPU_SHARE_UNKNOWN')
  })

  it('notices that the page is hidden, and counts only what it did meanwhile', async () => {
    const record = valid(
      await page.evaluate(async () => {
        const show = (state: string): void => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
          document.dispatchEvent(new Event('visibilitychange'))
        }
        const tracker = epochwatt.startTracking()
        const epoch = tracker.window('epoch', { index: 0 })
        show('hidden')
        await new Promise(resolve => setTimeout(resolve, 1000))
        show('visible')
        epoch.end()
        return tracker.stop()
      }),
    )
    expect(record.warnings).toContainEqual(
      expect.objectContaining({ code: 'PAGE_HIDDEN', message: expect.stringContaining('long tasks') }),
    )
    expect(record.energy.total_kwh!.value * 3.6e6).toBeLessThan(0.5 * 9.6)
  })

  it('recovers a run whose page was reloaded', async () => {
    const other = await browser.newPage()
    await other.goto(server.url)
    await other.waitForFunction(() => 'epochwatt' in globalThis)
    const id = await other.evaluate(() => {
      const tracker = epochwatt.startTracking({ keepIn: localStorage, name: 'lost' })
      const until = performance.now() + 200
      tracker.window('epoch', { index: 0 })
      while (performance.now() < until);
      return tracker.id
    })
    await other.reload()
    await other.waitForFunction(() => 'epochwatt' in globalThis)
    const [record] = await other.evaluate(() =>
      epochwatt.recoverPageRuns(localStorage, Date.now() + 3_600_000),
    )
    expect(valid(record)).toMatchObject({ id, name: 'lost', status: 'recovered' })
    expect(record!.duration_s).toBeGreaterThan(0.19)
    await other.close()
  })

  it('works in a worker, where training is off the page', async () => {
    const record = valid(
      await page.evaluate(
        () =>
          new Promise<RunRecord>(resolve => {
            const worker = new Worker('/worker.js', { type: 'module' })
            worker.onmessage = ({ data }) => resolve(data)
          }),
      ),
    )
    expect(record).toMatchObject({ status: 'finished', name: 'in a worker' })
    expect(record.energy.total_kwh!.value).toBeGreaterThan(0)
  })

  it('offers its record as a download that the command line takes', async () => {
    const download = page.waitForEvent('download')
    const id = await page.evaluate(async () => {
      const record = await epochwatt.startTracking().stop()
      epochwatt.downloadRecord(record!)
      return record!.id
    })
    const file = await download
    expect(file.suggestedFilename()).toBe(`epochwatt-${id}.json`)
    const chunks = await (await file.createReadStream()).toArray()
    expect(valid(JSON.parse(Buffer.concat(chunks).toString('utf8'))).id).toBe(id)
  })

  it('delivers to exporters, again after a failure, and survives one that is down', async () => {
    const { events, warnings } = await page.evaluate(async () => {
      const events: [string, number][] = []
      const warnings: string[] = []
      console.warn = (message: string) => warnings.push(message)
      let failures = 1
      const exporter = (name: string, take: (batch: readonly Epochwatt.RunEvent[]) => void) => ({
        name,
        export: async (batch: readonly Epochwatt.RunEvent[]) => take(batch),
        forceFlush: async () => {},
        shutdown: async () => {},
      })
      const good = exporter('good', batch => {
        if (failures-- > 0) throw new Error('not yet')
        events.push(...batch.map(({ type, seq }): [string, number] => [type, seq]))
      })
      const down = exporter('down', () => {
        throw Object.assign(new Error('refused'), { isRetryable: false })
      })
      const tracker = epochwatt.startTracking({ exporters: [good, down] })
      tracker.window('epoch', { index: 0 }).end()
      await new Promise(resolve => setTimeout(resolve, 20))
      await tracker.stop()
      return { events, warnings }
    })
    expect(events).toEqual([
      ['window', 1],
      ['record', 2],
    ])
    expect(warnings).toEqual([expect.stringContaining('exporter down did not deliver 2 event(s): refused')])
  })

  it('shows a run in its element while it goes on, and reads out its end', async () => {
    const shown = await page.evaluate(async () => {
      epochwatt.defineMeter()
      epochwatt.defineMeter()
      const meter = document.body.appendChild(document.createElement('epochwatt-meter'))
      const text = (selector: string) => meter.shadowRoot?.querySelector(selector)?.textContent ?? ''
      const before = text('.state')
      const tracker = epochwatt.startTracking()
      const epoch = tracker.window('epoch', { index: 0 })
      await new Promise(resolve => setTimeout(resolve, 1200))
      const during = [text('.state'), text('dd strong'), text('dd:nth-of-type(2) small')]
      epoch.end()
      await tracker.stop()
      const after = [text('.state'), text('[role=status]')]
      meter.remove()
      return { before, during, after }
    })
    expect(shown.before).toBe('waiting for a run')
    expect(shown.during[0]).toBe('measuring')
    expect(shown.during[1]).toMatch(/^\d+(\.\d)? W$/)
    expect(shown.during[2]).toMatch(/^[\d.]+ to [\d.]+$/)
    expect(shown.after[0]).toBe('finished')
    expect(shown.after[1]).toMatch(/^Finished: .*Wh, .*g CO₂ equivalent\.$/)
  })
})
