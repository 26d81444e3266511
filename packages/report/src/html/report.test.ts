import type { Quantity, RunRecord } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { expectOwnScriptAlone, withoutScript } from '../fixtures/own-script.js'
import { renderHtmlReport } from './report.js'

const TO_BASE: Readonly<Record<string, number>> = {
  MWh: 1e3,
  kWh: 1,
  Wh: 1e-3,
  mWh: 1e-6,
  µWh: 1e-9,
  'kgCO₂e': 1e3,
  'gCO₂e': 1,
  'mgCO₂e': 1e-3,
  'µgCO₂e': 1e-6,
}

const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(/&#39;/g, "'")
    .replace(/[\u2007\u2008\s]+/g, ' ')
    .trim()

/** The table of a section: titles, and the texts of its rows. */
const tableOf = (page: string, sectionId: string) => {
  const section = new RegExp(String.raw`<section id="${sectionId}"[\s\S]*?</section>`).exec(page)![0]
  const table = /<table[\s\S]*?<\/table>/.exec(section)![0]
  const titles = [...table.matchAll(/<th scope="col"[^>]*>([\s\S]*?)<\/th>/g)].map(match => textOf(match[1]!))
  const body = table.slice(table.indexOf('<tbody>'))
  const rows = [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(row =>
    [...row[1]!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(cell => textOf(cell[1]!)),
  )
  return { titles, rows }
}

/** A shown number is the record's, rounded. */
const expectShown = (cell: string, unit: string, value: number | undefined): void => {
  expect(value).toBeDefined()
  const shown = Number(cell) * TO_BASE[unit]!
  expect(shown, `${cell} ${unit}`).toBeGreaterThan(0)
  expect(Math.abs(shown - value!) / value!).toBeLessThan(0.051)
}

const expectInterval = (cell: string, unit: string, quantity: Quantity): void => {
  const [low, high] = cell.split(' – ')
  expectShown(low!, unit, quantity.low)
  expectShown(high!, unit, quantity.high)
}

describe.each([
  ['a measured run', measuredLaptop],
  ['a modelled run', modelledVm],
])('the tables of %s', (_, record) => {
  const page = renderHtmlReport(record)

  it('shows the energy, carbon and duration of every epoch as in the record', () => {
    const { titles, rows } = tableOf(page, 'epochs')
    const column = (start: string) => titles.findIndex(title => title.startsWith(start))
    const unit = (start: string) => titles[column(start)]!.slice(start.length + 1)
    expect(rows).toHaveLength(record.epochs.length + 3)
    record.epochs.forEach((epoch, i) => {
      const row = rows[i]!
      expect(row[0]).toBe(epoch.complete ? String(epoch.index) : `${epoch.index} cut short`)
      expectShown(row[column('Energy')]!, unit('Energy'), epoch.energy_kwh!.value)
      expectInterval(row[column('90 % interval')]!, unit('Energy'), epoch.energy_kwh!)
      expectShown(row[column('Carbon')]!, unit('Carbon'), epoch.carbon_g!.value)
      for (const [name, value] of Object.entries(epoch.metrics)) {
        expect(Math.abs(Number(row[titles.indexOf(name)]) - value)).toBeLessThan(Math.abs(value) * 0.001)
      }
    })
  })

  it('ends the epochs with their sum, what was outside, and the run', () => {
    const { titles, rows } = tableOf(page, 'epochs')
    const energy = titles.findIndex(title => title.startsWith('Energy'))
    const unit = titles[energy]!.slice('Energy '.length)
    const [epochs, outside, run] = rows.slice(-3)
    expect([epochs![0], outside![0], run![0]]).toEqual(['All epochs', 'Outside epochs', 'Run'])
    expectShown(
      epochs![energy]!,
      unit,
      record.epochs.reduce((sum, epoch) => sum + epoch.energy_kwh!.value, 0),
    )
    expectShown(outside![energy]!, unit, record.outside_epochs.energy_kwh!.value)
    expectShown(run![energy]!, unit, record.energy.total_kwh!.value)
  })

  it('shows components as in the record and says why one is unknown', () => {
    const { rows } = tableOf(page, 'components')
    const row = (name: string) => rows.find(cells => cells[0] === name)!
    const expectRow = (name: string, quantity: Quantity) => {
      const [value, unit] = row(name)[1]!.split(' ')
      expectShown(value!, unit!, quantity.value)
      expectInterval(row(name)[2]!, unit!, quantity)
      expect(row(name)[3]).toContain(quantity.tier)
    }
    expectRow('Processor', record.energy.components.cpu.kwh!)
    expectRow('Memory', record.energy.components.memory.kwh!)
    expectRow('Idle (static)', record.energy.static_kwh!)
    expectRow('Busy (dynamic)', record.energy.dynamic_kwh!)
    expectRow('Whole machine meanwhile', record.energy.machine_kwh!)
    expect(row('GPU')[1]).toBe('unknown')
    expect(row('GPU').at(-1)).toBe(record.energy.components.gpu.reason)
  })

  it('shows the way from energy to carbon as in the record', () => {
    const { rows } = tableOf(page, 'footprint')
    const lines: readonly (readonly [string, Quantity | undefined])[] = [
      ['Dynamic energy', record.energy.dynamic_kwh],
      ['Static energy', record.energy.static_kwh],
      ['IT energy', record.energy.total_kwh],
      ['Facility energy', record.energy.facility_kwh],
      ['Operational carbon', record.carbon.operational_g],
      ['Embodied carbon', record.carbon.embodied_g],
      ['Total carbon', record.carbon.total_g],
    ]
    expect(rows.map(cells => cells[0])).toEqual(lines.map(([name]) => name))
    lines.forEach(([, quantity], i) => {
      const figure = rows[i]![1]!
      if (!quantity) {
        expect(figure).toBe('unknown')
        return
      }
      const [value, unit] = figure.split(' ')
      expectShown(value!, unit!, quantity.value)
      expectInterval(rows[i]![2]!, unit!, quantity)
    })
  })
})

describe('an unknown figure', () => {
  const page = renderHtmlReport(unknownEnergy)

  it('is called unknown, with its reason, and never zero', () => {
    const { titles, rows } = tableOf(page, 'epochs')
    const energy = titles.findIndex(title => title.startsWith('Energy'))
    const carbon = titles.findIndex(title => title.startsWith('Carbon'))
    for (const row of rows) {
      expect(row[energy]).toBe('unknown')
      expect(row[carbon]).toBe('unknown')
    }
    const text = textOf(page)
    expect(text).toContain('no sensor gave a reading and no model could be applied')
    expect(text).toContain('he energy of this run is unknown')
    expect(text).not.toMatch(/\b0(\.0+)? [mµkM]?(Wh|gCO₂e)/)
  })

  it('leaves no empty chart behind but says why it is not drawn', () => {
    expect(withoutScript(page)).not.toContain('role="img"')
    expect(textOf(page)).toContain('Not drawn')
  })
})

describe('warnings', () => {
  it('are loud when the place is unknown, and the engine’s own line about it is not repeated', () => {
    const page = renderHtmlReport(modelledVm)
    expect(page).toContain('<div class="notice loud">')
    expect(page).not.toContain('may be off by a factor of five')
    expect(page.indexOf('notice loud')).toBeLessThan(page.indexOf('id="charts"'))
  })

  it('are not loud when the place is known', () => {
    expect(renderHtmlReport(measuredLaptop)).not.toContain('<div class="notice loud">')
  })

  it('say that a run failed, and why', () => {
    expect(textOf(renderHtmlReport(failedEarly))).toContain('Input 0 is incompatible with layer conv2d')
  })
})

describe('hostile texts', () => {
  /** Tags with their attributes, what is inside quotes left out: what a browser would build. */
  const skeleton = (page: string): readonly string[] =>
    [...page.matchAll(/<\/?[a-zA-Z][^\s>]*(?:\s+[a-zA-Z:-]+(?:="[^"]*")?)*\s*\/?>/g)].map(match =>
      match[0].replace(/="[^"]*"/g, ''),
    )
  const hostile = renderHtmlReport(recordSaying(PAYLOAD), {
    others: [{ ...recordSaying(PAYLOAD), id: PAYLOAD + 2 }],
  })

  it('leave the markup what it would be without them', () => {
    const harmless = renderHtmlReport(recordSaying('harmless'), {
      others: [{ ...recordSaying('harmless'), id: 'harmless2' }],
    })
    expect(skeleton(hostile)).toEqual(skeleton(harmless))
  })

  it('start no element and no handler', () => {
    expectOwnScriptAlone(hostile)
    expect(hostile).not.toMatch(/<img|<svg\/|<iframe/i)
    expect(hostile).not.toMatch(/<[^>"]*\son[a-z]+\s*=/i)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(hostile).not.toMatch(/[\u0000-\u0008\u001b\u0007]/)
  })
})

describe('the page', () => {
  const pages: readonly (readonly [string, RunRecord])[] = [
    ['measured', measuredLaptop],
    ['modelled', modelledVm],
    ['failed', failedEarly],
    ['unknown', unknownEnergy],
  ]

  it.each(pages)('loads nothing and runs its own script alone (%s)', (_, record) => {
    const page = renderHtmlReport(record)
    expectOwnScriptAlone(page)
    expect(page).not.toMatch(/(?:src|href|action)="(?!data:,")/)
    expect(page).not.toMatch(/@import|url\((?!#)/)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it.each(pages)('has one h1 and no gap between heading levels (%s)', (_, record) => {
    const levels = [...renderHtmlReport(record).matchAll(/<h([1-6])/g)].map(match => Number(match[1]))
    expect(levels.filter(level => level === 1)).toHaveLength(1)
    expect(levels[0]).toBe(1)
    levels.forEach((level, i) => {
      if (i > 0) expect(level - levels[i - 1]!).toBeLessThanOrEqual(1)
    })
  })

  it.each(pages)('has unique ids, and each reference points to one (%s)', (_, record) => {
    const page = renderHtmlReport(record, { others: [scaledLaptop('other', 0.5)] })
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(match => match[1]!)
    expect(new Set(ids).size).toBe(ids.length)
    const references = [
      ...[...page.matchAll(/aria-labelledby="([^"]+)"/g)].flatMap(match => match[1]!.split(' ')),
      ...[...page.matchAll(/url\(#([^)]+)\)/g)].map(match => match[1]!),
    ]
    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) expect(ids).toContain(reference)
  })

  it('draws three charts twice, for a desk and for a phone, each with a table behind it', () => {
    const page = renderHtmlReport(measuredLaptop)
    expect(page.match(/<svg class="wide"/g)).toHaveLength(3)
    expect(page.match(/<svg class="narrow"/g)).toHaveLength(3)
    const drawings = page.match(/<svg[^>]*role="img"[\s\S]*?<\/svg>/g)!
    for (const drawing of drawings)
      expect(drawing).toMatch(/<title id="[^"]+">[^<]+<\/title>\s*<desc id="[^"]+">[^<]+/)
    const figures = page.match(/<figure>[\s\S]*?<\/figure>/g)!
    for (const figure of figures) expect(figure).toMatch(/<details>[\s\S]*<table>[\s\S]*<\/details>/)
  })

  it('writes finite coordinates only', () => {
    for (const [, record] of pages)
      expect(withoutScript(renderHtmlReport(record))).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('shows other runs beside this one only when asked', () => {
    expect(renderHtmlReport(measuredLaptop)).not.toContain('id="comparison"')
    const page = renderHtmlReport(measuredLaptop, { others: [measuredLaptop, scaledLaptop('other', 0.5)] })
    expect(tableOf(page, 'comparison').rows).toHaveLength(2)
  })

  it('stays small for a long run', () => {
    const epoch = measuredLaptop.epochs[0]!
    const epochs = Array.from({ length: 2000 }, (_, index) => ({
      ...epoch,
      index,
      started_s: index * 5,
      ended_s: index * 5 + 4.6,
    }))
    const page = renderHtmlReport({ ...measuredLaptop, epochs, duration_s: 10_000 })
    const [drawing] = /<svg class="wide"[^>]*aria-labelledby="epoch-energy[\s\S]*?<\/svg>/.exec(page)!
    expect(drawing.match(/class="bar /g)!.length).toBeLessThanOrEqual(120)
    expect(tableOf(page, 'epochs').rows).toHaveLength(2003)
    expect(page.length).toBeLessThan(4_000_000)
  })
})
