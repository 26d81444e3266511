import { describe, expect, it } from 'vitest'
import { prometheusPage } from './prometheus-page.js'
import { renderPrometheus } from './prometheus-text.js'
import { runFamilies } from './run-families.js'

const quantity = (value: number) =>
  ({ value, low: value / 2, high: value * 2, unit: 'kWh', tier: 'measured', method: 'test' }) as const

describe('Prometheus text', () => {
  it('has help, type and samples of each family, with what needs it escaped', () => {
    const text = renderPrometheus([
      {
        name: 'a_total',
        help: 'Two\nlines and a \\.',
        type: 'counter',
        samples: [{ labels: { run: 'say "hi"\n\\' }, value: 1.5e-9 }, { value: Number.POSITIVE_INFINITY }],
      },
      { name: 'unknown', help: 'Nobody knows.', type: 'gauge', samples: [{ value: undefined }] },
    ])
    expect(text).toBe(
      '# HELP a_total Two\\nlines and a \\\\.\n# TYPE a_total counter\n' +
        'a_total{run="say \\"hi\\"\\n\\\\"} 1.5e-9\na_total +Inf\n',
    )
  })

  it('of a run is in joules and grams, without what is unknown', () => {
    const figures = { energyKwh: quantity(1), durationSeconds: 60 }
    const text = renderPrometheus(runFamilies({ id: 'r' }, figures, 40))
    expect(text).toContain('epochwatt_run_energy_joules_total{run="r"} 3600000\n')
    expect(text).toContain('epochwatt_run_energy_low_joules{run="r"} 1800000\n')
    expect(text).toContain('epochwatt_run_power_watts{run="r"} 40\n')
    expect(text).toContain('The figure is measured.')
    expect(text).not.toContain('carbon')
  })

  it('of a figure that is corrected downwards has no counter that falls, which would count all of it again', () => {
    const page = prometheusPage()
    const shown = (...runs: readonly (readonly [id: string, kwh: number])[]) =>
      page(
        runs.flatMap(([id, kwh]) =>
          runFamilies({ id }, { energyKwh: quantity(kwh), durationSeconds: 60 }, kwh),
        ),
      )
        .split('\n')
        .filter(line => /^epochwatt_run_(energy_joules_total|energy_low_joules|power_watts)/.test(line))
        .map(line => Number(line.split(' ')[1]) / (line.includes('power') ? 1 : 3.6e6))
    expect(shown(['r', 2])).toEqual([2, 1, 2])
    // What is not a counter is what it is.
    expect(shown(['r', 1.8])).toEqual([2, 0.9, 1.8])
    expect(shown(['r', 2.2])).toEqual([2.2, 1.1, 2.2])
    expect(shown(['other', 1])).toEqual([1, 0.5, 1])
    expect(shown(['other', 1], ['r', 2])).toEqual([1, 0.5, 1, 2, 1, 2])
  })
})
