import { describe, expect, it } from 'vitest'
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
})
