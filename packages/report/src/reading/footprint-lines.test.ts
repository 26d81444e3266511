import type { Quantity, RunRecord } from '@epochwatt/core'
import { describe, expect, it } from 'vitest'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { renderHtmlReport } from '../html/report.js'
import { renderTerminalSummary } from '../terminal/summary.js'
import { notCounted } from './footprint-lines.js'

const quantity = (value: number, unit: string, method = 'a test'): Quantity => ({
  value,
  low: value / 2,
  high: value * 2,
  unit,
  tier: 'assumed',
  method,
})
const beside = (kind: 'marginal' | 'residual' | 'contract', grams: number) =>
  ({
    kind,
    basis: 'direct',
    zone: 'FR',
    source: `the source of ${kind}`,
    g_per_kwh: quantity(grams, 'gCO2e/kWh'),
    carbon_g: quantity(grams / 10, 'gCO2e'),
    intervals: [],
  }) as const

/** A record that has every line there is. */
const complete: RunRecord = {
  ...measuredLaptop,
  energy: {
    ...measuredLaptop.energy,
    losses: { board_kwh: quantity(0.001, 'kWh'), psu_kwh: quantity(0.002, 'kWh') },
  },
  carbon: {
    ...measuredLaptop.carbon,
    embodied_parts: [
      {
        name: 'cpu',
        carbon_g: quantity(1.2, 'gCO2e'),
        whole_kg: 20,
        lifetime_h: 35_040,
        time_share: 0.001,
        resource_share: 1,
      },
      {
        name: 'accelerator',
        carbon_g: quantity(3.75, 'gCO2e'),
        whole_kg: 164,
        lifetime_h: 35_040,
        time_share: 0.001,
        resource_share: 1,
      },
    ],
  },
  water: {
    site_l: quantity(0.25, 'L'),
    electricity_l: quantity(3.5, 'L'),
    total_l: quantity(3.75, 'L'),
  },
  cost: { currency: 'CHF', electricity: quantity(0.75, 'CHF', 'energy × price'), per_kwh: 0.31 },
  preparation: { factor: 4, energy_kwh: quantity(1, 'kWh'), carbon_g: quantity(75, 'gCO2e', '4 × the run') },
  offsets: { stated_kg: 12 },
  grid: {
    ...measuredLaptop.grid,
    beside: [beside('marginal', 500), beside('residual', 60), beside('contract', 20)],
  },
  waste: {
    after_best_epoch: {
      metric: 'val_loss',
      best_epochs: [3],
      epochs: 2,
      energy_kwh: quantity(0.004, 'kWh'),
      energy_share: 0.4,
    },
    failed_run: { energy_kwh: quantity(0.01, 'kWh') },
    idle: {
      time_share: { ...quantity(0.25, '1', 'time less processor time') },
      time_s: 12,
      within: 'epochs',
    },
  },
}

/** What a reader must find of it, whatever the medium. */
const EXPECTED: readonly (readonly [label: string, figure: string])[] = [
  ['Dynamic energy', ''],
  ['Static energy', ''],
  ['Board and fans', '1.0 Wh'],
  ['Power supply loss', '2.0 Wh'],
  ['Making of the CPUs', '1.2 gCO₂e'],
  ['Making of accelerators', '3.8 gCO₂e'],
  ['Preparation', '75 gCO₂e'],
  ['Marginal carbon', '50 gCO₂e'],
  ['Residual-mix carbon', '6.0 gCO₂e'],
  ['Market-based carbon', '2.0 gCO₂e'],
  ['Water of the site', '250 mL'],
  ['Water of electricity', '3.5 L'],
  ['Electricity cost', '0.75 CHF'],
  ['Offsets', '12 kgCO₂e'],
  ['After the best epoch', '4.0 Wh'],
  ['Failed run', '10 Wh'],
  ['Waiting', '25 % of time'],
]

const plainText = (page: string): string =>
  page
    .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\u2007\u2008\u00a0]/g, ' ')
    .replace(/\s+/g, ' ')

describe('the lines of a footprint', () => {
  const terminal = renderTerminalSummary(complete, { width: 300 }).replace(/ +/g, ' ')
  const page = plainText(renderHtmlReport(complete))

  it.each(EXPECTED)('has %s in the terminal and in the page', (label, figure) => {
    for (const text of [terminal, page]) {
      expect(text).toContain(label)
      const after = text.slice(text.indexOf(`${label} `))
      expect(after.slice(0, 200)).toContain(figure)
    }
  })

  it('puts what is in no total apart, and takes offsets off nothing', () => {
    expect(terminal).toContain('Beside it, in no total')
    expect(page).toContain('Beside the footprint, and in no total')
    for (const text of [terminal, page]) expect(text).toContain('taken off nothing')
  })

  it('says what is not counted, by the option that would make it', () => {
    expect(notCounted(complete)).toBeUndefined()
    const missing = notCounted(measuredLaptop)!
    for (const option of ['psuEfficiency, boardShare', 'preparationFactor', 'wue', 'tariff'])
      expect(missing).toContain(option)
    expect(renderTerminalSummary(measuredLaptop, { width: 300 })).toContain(missing)
    expect(plainText(renderHtmlReport(measuredLaptop))).toContain(missing)
  })

  it('shows a hostile currency as text', () => {
    const hostile: RunRecord = { ...complete, cost: { ...complete.cost!, currency: '<b>\u001b[2J' } }
    expect(renderHtmlReport(hostile)).not.toContain('<b>\u001b')
    expect(renderTerminalSummary(hostile)).not.toContain('\u001b[2J')
  })
})
