import {
  accessibilityProblems,
  type Browser,
  findChromium,
  launchChromium,
  type Page,
} from '@epochwatt/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareRuns } from '../compare/compare-runs.js'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { modelledVm, unknownEnergy } from '../fixtures/other-runs.js'
import { projectRuns } from '../fixtures/project-runs.js'
import { renderHtmlComparison } from '../html/comparison-report.js'
import { renderHtmlReport } from '../html/report.js'

const comparison = compareRuns(projectRuns, { metric: 'val_acc' })
const comparisonPage = renderHtmlComparison(comparison, { records: projectRuns })
const reportPage = renderHtmlReport(measuredLaptop, { others: projectRuns.slice(1, 3) })
const hostileRuns = [0, 1, 2].map(i => ({ ...recordSaying(PAYLOAD), id: `${PAYLOAD}${i}` }))
const hostilePage = renderHtmlComparison(compareRuns(hostileRuns), { records: hostileRuns })

const PHONE = { width: 390, height: 800 }
const DESK = { width: 1280, height: 900 }

const chromium = findChromium()

describe.skipIf(!chromium)('pages in a browser (skipped where there is no Chromium)', () => {
  let browser: Browser
  const said: string[] = []

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  const open = async (html: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const page = await browser.newPage({ viewport: DESK, ...options })
    said.length = 0
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
    page.on('dialog', dialog => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.setContent(html)
    return page
  }

  const column = (page: Page, title: string): Promise<string[]> =>
    page.evaluate(wanted => {
      const table = document.querySelector('table[data-sortable]') as HTMLTableElement
      const headers = [...table.tHead!.rows[0]!.cells]
      const at = headers.findIndex(header => header.textContent!.trim().startsWith(wanted))
      return [...table.tBodies[0]!.rows]
        .filter(row => !row.hidden)
        .map(row => row.cells[at]!.dataset.by ?? row.cells[at]!.textContent!.trim())
    }, title)

  const press = (page: Page, title: string) =>
    page.locator('table[data-sortable] button.sort', { hasText: title }).first().click()

  describe('the comparison', () => {
    it('holds the numbers of the records, all digits', async () => {
      const page = await open(comparisonPage)
      expect((await column(page, 'Energy')).map(Number)).toEqual(
        projectRuns.map(({ energy }) => energy.total_kwh!.value),
      )
      expect((await column(page, 'Operational')).map(Number)).toEqual(
        projectRuns.map(({ carbon }) => carbon.operational_g!.value),
      )
      expect((await column(page, 'Duration')).map(Number)).toEqual(projectRuns.map(run => run.duration_s))
      expect((await column(page, 'mWh per 1000 samples'))[0]).toBe(
        String(comparison.runs[0]!.energy_per_1k_samples_kwh!.value),
      )
      expect(said).toEqual([])
      await page.close()
    })

    it('sorts by any field, up and then down, with what is unknown last', async () => {
      const page = await open(comparisonPage)
      const energies = projectRuns.map(({ energy }) => energy.total_kwh!.value)
      await press(page, 'Energy')
      expect((await column(page, 'Energy')).map(Number)).toEqual(energies.toSorted((a, b) => a - b))
      await press(page, 'Energy')
      expect((await column(page, 'Energy')).map(Number)).toEqual(energies.toSorted((a, b) => b - a))
      expect(await page.locator('th[aria-sort]').count()).toBe(1)
      for (let i = 0; i < 2; i++) {
        await press(page, 'val_acc')
        expect((await column(page, 'val_acc')).at(-1)).toBe('')
      }
      await press(page, 'Run')
      const names = await column(page, 'Run')
      expect(names).toEqual(names.toSorted())
      const buttons = await page.locator('table[data-sortable] button.sort').count()
      expect(buttons).toBe(await page.locator('table[data-sortable] thead th').count())
      await page.close()
    })

    it('leaves out rows by words and by the values of a column, and says how many are left', async () => {
      const page = await open(comparisonPage)
      await page.fill('.tools input', 'DOUBLE')
      expect(await column(page, 'Run')).toEqual(['digits-cnn-double'])
      expect(await page.textContent('.tools [role=status]')).toBe('1 of 7 rows')
      await page.fill('.tools input', '')
      await page.getByLabel('Status').selectOption('failed')
      expect(await column(page, 'Status')).toEqual(['failed'])
      await page.getByLabel('Status').selectOption('')
      await page.getByLabel('Standing').selectOption('dominated')
      for (const standing of await column(page, 'Standing')) expect(standing).toBe('dominated')
      await page.close()
    })

    it('shows a reading under the pointer, and the same ones to the keyboard', async () => {
      const page = await open(comparisonPage)
      const chart = page.locator('svg.wide[aria-labelledby^="run-energy"]')
      const reading = chart.locator('.hit').nth(2)
      await expect
        .poll(() => reading.locator('text').evaluate(e => getComputedStyle(e).visibility))
        .toBe('hidden')
      await reading.locator('rect').hover()
      await expect
        .poll(() => reading.locator('text').evaluate(e => getComputedStyle(e).visibility))
        .toBe('visible')
      expect(await reading.textContent()).toContain('digits-cnn-double')
      await page.mouse.move(0, 0)
      await chart.focus()
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
      await expect
        .poll(() => reading.locator('text').evaluate(e => getComputedStyle(e).visibility))
        .toBe('visible')
      expect(await page.textContent('[aria-live]')).toContain('digits-cnn-double')
      await page.keyboard.press('Escape')
      await expect
        .poll(() => reading.locator('text').evaluate(e => getComputedStyle(e).visibility))
        .toBe('hidden')
      await page.close()
    })

    it('opens the numbers behind a chart', async () => {
      const page = await open(comparisonPage)
      const numbers = page.locator('details', { hasText: 'Energy by what came of it' })
      await numbers.locator('summary').click()
      expect(await numbers.locator('tbody tr').count()).toBe(projectRuns.length)
      await page.close()
    })
  })

  describe.each([
    ['the comparison', comparisonPage],
    ['the report', reportPage],
    ['the report of a modelled run', renderHtmlReport(modelledVm)],
    ['the report of a run of which nothing is known', renderHtmlReport(unknownEnergy)],
  ])('%s', (_, html) => {
    it('is no wider than a phone', async () => {
      const page = await open(html, { viewport: PHONE })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
      await page.close()
    })

    it('prints without its controls', async () => {
      const page = await open(html)
      await page.emulateMedia({ media: 'print' })
      for (const tools of await page.locator('.tools').all()) expect(await tools.isVisible()).toBe(false)
      expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
      await page.close()
    })

    it.each([
      ['with scripts', 'allow-scripts'],
      ['without', ''],
    ])('works in a sandboxed frame, %s', async (_, sandbox) => {
      const page = await open(`<iframe sandbox="${sandbox}" style="width:1200px;height:800px"></iframe>`)
      await page.locator('iframe').evaluate((frame, text) => {
        ;(frame as HTMLIFrameElement).srcdoc = text
      }, html)
      const frame = page.frameLocator('iframe')
      await frame.locator('h1').waitFor()
      expect(await frame.locator('main section').count()).toBeGreaterThan(2)
      if (sandbox !== '') expect(said.filter(text => !text.includes('sandbox'))).toEqual([])
      await page.close()
    })
  })

  // Each takes seconds: by day and by night, at a desk and on a phone, but not everything by everything.
  it.each([
    ['the comparison', comparisonPage, 'light', DESK],
    ['the comparison', comparisonPage, 'dark', PHONE],
    ['the report', reportPage, 'light', PHONE],
    ['the report', reportPage, 'dark', DESK],
    ['the report of a run of which nothing is known', renderHtmlReport(unknownEnergy), 'light', DESK],
  ] as const)('%s has no fault that axe finds', async (_, html, colorScheme, viewport) => {
    const page = await open(html, { colorScheme, viewport, bypassCSP: true })
    expect(await accessibilityProblems(page)).toEqual([])
    await page.close()
  })

  it('says nothing of what is hostile in names, parameters and metrics, and does nothing of it', async () => {
    const page = await open(hostilePage)
    await press(page, 'Energy')
    await page.fill('.tools input', '<script')
    expect(await column(page, 'Run')).toHaveLength(3)
    for (const chart of await page.locator('svg.wide[role=img]').all()) {
      await chart.focus()
      await page.keyboard.press('ArrowRight')
    }
    expect(said).toEqual([])
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('img, iframe, object, embed, link[href]:not([rel=icon])').count()).toBe(0)
    const handlers = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap(element =>
        [...element.attributes].filter(({ name }) => name.startsWith('on')),
      ),
    )
    expect(handlers).toEqual([])
    await page.close()
  })
})
