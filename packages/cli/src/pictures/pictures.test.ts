import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callMain } from '../testing/call-main.js'
import { findBrowser, printPdf } from './pdf.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-pictures-'))
const dir = join(root, 'store')
let id: string

beforeAll(async () => {
  const tracker = startTracking({ dir, name: 'a <b> & "c"', country: 'FR', samplingIntervalMs: 50 })
  for (let index = 0; index < 3; index++) {
    const epoch = tracker.window('epoch', { index })
    const until = performance.now() + 120
    while (performance.now() < until) Math.sqrt(until)
    epoch.logMetrics({ loss: 1 / (index + 1) })
    epoch.end()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const record = (await tracker.stop())!
  id = record.id
  // How many points a run this short has is up to the machine.
  const power = { t_s: [0.05, 0.15, 0.25], mean_w: [3, 4, 3], min_w: [2, 3, 2], max_w: [4, 6, 4] }
  writeFileSync(join(dir, 'runs', id, 'record.json'), JSON.stringify({ ...record, power }))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(['report', id, '--dir', dir, ...args], 100)

const file = (name: string): string => join(root, name)

describe('pictures of a run', () => {
  it('are an SVG that stands alone, with all charts', async () => {
    expect((await call('--svg', file('all.svg'))).out).toBe(`${file('all.svg')}\n`)
    const svg = readFileSync(file('all.svg'), 'utf8')
    expect(svg).toMatch(/^<svg xmlns=/)
    for (const title of ['Power over time', 'Energy per epoch', 'loss against energy'])
      expect(svg).toContain(`>${title}</text>`)
    expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;')
    expect(svg).not.toMatch(/var\(--|class="hit"|NaN|undefined/)
  })

  it('are one chart where one is named', async () => {
    await call('--svg', file('power.svg'), '--chart', 'power')
    expect(readFileSync(file('power.svg'), 'utf8').match(/<svg/g)).toHaveLength(1)
    expect((await call('--svg', file('x.svg'), '--chart', 'pie')).err).toMatch(
      /"pie"; accepted: power, epochs, metric/,
    )
    expect((await call('--chart', 'power')).code).toBe(2)
  })

  it('are a PNG of twice its size', async () => {
    expect((await call('--png', file('all.png'))).code).toBe(0)
    const png = readFileSync(file('all.png'))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBe(1960)
  })

  it('say in one sentence where nothing can be written', async () => {
    const { code, err } = await call('--png', join(root, 'missing', 'x.png'))
    expect(code).toBe(1)
    expect(err).toMatch(/Option "--png" is ".*", where nothing can be written/)
  })

  it.skipIf(!findBrowser())('are a PDF, by a browser (skipped where there is none)', async () => {
    expect((await call('--pdf', file('all.pdf'))).code).toBe(0)
    expect(readFileSync(file('all.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  })

  it('are no PDF without a browser, and that is said', async () => {
    await expect(printPdf('<p>x</p>', file('no.pdf'), { PATH: root })).rejects.toThrow(
      /A PDF needs Chromium, Chrome or Edge, and none was found/,
    )
  })
})
