import { describe, expect, it } from 'vitest'
import { compareRuns } from '../compare/compare-runs.js'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { expectOwnScriptAlone, withoutScript } from '../fixtures/own-script.js'
import { renderHtmlComparison } from './comparison-report.js'

const records = [
  measuredLaptop,
  scaledLaptop('half', 0.5),
  scaledLaptop('double', 2),
  modelledVm,
  failedEarly,
]
const page = renderHtmlComparison(compareRuns(records, { metric: 'val_acc' }))

/** Texts of the rows of the table in the section or figure that begins with a text. */
const rowsAfter = (text: string, start: string): readonly (readonly string[])[] => {
  const from = text.indexOf(start)
  const body = text.slice(text.indexOf('<tbody>', from), text.indexOf('</tbody>', from))
  return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(row =>
    [...row[1]!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(cell =>
      cell[1]!
        .replace(/<[^>]*>/g, '')
        .replace(/[\u2007\u2008\s]+/g, ' ')
        .trim(),
    ),
  )
}

describe('the page of a comparison', () => {
  it('has every run in its table, with the energy of its record', () => {
    const rows = rowsAfter(page, 'id="comparison"')
    expect(rows).toHaveLength(records.length)
    rows.forEach((row, i) => {
      expect(row[0]).toContain(`${i + 1}. ${records[i]!.name}`)
      const milliwattHours = records[i]!.energy.total_kwh!.value * 1e3
      expect(Math.abs(Number(row[1]) / milliwattHours - 1)).toBeLessThan(0.06)
    })
  })

  it('draws bars as high as the runs used energy', () => {
    const runs = records.slice(0, 3)
    const drawn = renderHtmlComparison(compareRuns(runs))
    const [chart] = /<svg class="wide"[^>]*aria-labelledby="run-energy[\s\S]*?<\/svg>/.exec(drawn)!
    const heights = [...chart.matchAll(/class="bar measured"[^>]*height="([\d.]+)"/g)].map(match =>
      Number(match[1]),
    )
    const energies = runs.map(({ energy }) => energy.total_kwh!.value)
    expect(heights).toHaveLength(3)
    heights.forEach((height, i) => {
      expect(height / heights[0]!).toBeCloseTo(energies[i]! / energies[0]!, 1)
    })
  })

  it('has the numbers of its charts in tables behind them', () => {
    expect(page.match(/<svg class="wide"/g)).toHaveLength(4)
    const trade = rowsAfter(page, 'Numbers behind val_acc against energy')
    expect(trade.map(row => row[1])).toEqual(['digits-cnn-half', 'digits-cnn', 'digits-cnn-double'])
    expect(trade[0]!.at(-1)).toMatch(/^best trade/)
    expect(trade[2]!.at(-1)).toMatch(/^dominated/)
  })

  it('loads nothing, runs its own script alone, and writes finite coordinates only', () => {
    expectOwnScriptAlone(page)
    expect(page).not.toMatch(/(?:src|href|action)="(?!data:,")/)
    expect(page).not.toMatch(/@import|url\((?!#)/)
    expect(page).toContain('default-src &#39;none&#39;')
    expect(withoutScript(page)).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('has unique ids, and each reference points to one', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(match => match[1]!)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, list] of page.matchAll(/aria-labelledby="([^"]+)"/g))
      for (const id of list!.split(' ')) expect(ids).toContain(id)
  })

  it('says why a chart is not drawn', () => {
    const without = renderHtmlComparison(compareRuns([unknownEnergy, { ...unknownEnergy, id: 'b' }]))
    expect(without.match(/Not drawn/g)).toHaveLength(2)
    expect(withoutScript(without)).not.toContain('role="img"')
  })

  it('lets no hostile text become markup', () => {
    const record = recordSaying(PAYLOAD)
    const hostile = renderHtmlComparison(compareRuns([record, { ...record, id: `${PAYLOAD}2` }]))
    expectOwnScriptAlone(hostile)
    expect(hostile).not.toMatch(/<img|<svg\/|<iframe/i)
    expect(hostile).not.toMatch(/<[^>"]*\son[a-z]+\s*=/i)
  })

  it('stays small for many runs', () => {
    const many = Array.from({ length: 1000 }, (_, i) => scaledLaptop(`run-${i}`, 1 + i / 100))
    const large = renderHtmlComparison(compareRuns(many, { metric: 'val_acc' }))
    expect(rowsAfter(large, 'id="comparison"')).toHaveLength(1000)
    const [chart] = /<svg class="wide"[^>]*aria-labelledby="run-energy[\s\S]*?<\/svg>/.exec(large)!
    expect(chart.match(/class="bar /g)!.length).toBeLessThanOrEqual(120)
    expect(large.length).toBeLessThan(3_000_000)
  })
})
