import { stripVTControlCharacters } from 'node:util'
import type { Diagnosis } from '@epochwatt/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareRuns } from '../compare/compare-runs.js'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { renderTerminalComparison } from './comparison.js'
import { renderTerminalDiagnosis } from './diagnosis.js'
import { formatEpochLine } from './epoch-line.js'
import { renderTerminalRunList } from './run-list.js'
import { renderTerminalSummary } from './summary.js'
import { displayWidth, pad, truncate, wrap } from './width.js'

const records = [measuredLaptop, modelledVm, failedEarly, unknownEnergy]

const diagnosis: Diagnosis = {
  sensors: measuredLaptop.sensors.map(sensor => ({
    ...sensor,
    ...(sensor.state === 'used' ? { band: { low: 0.95, high: 1.05 }, watts: 8.3 } : {}),
  })),
  machine: {
    cpuModel: 'Core i7-1165G7',
    threads: 8,
    sockets: 1,
    memoryBytes: 16 * 2 ** 30,
    virtual: false,
    energyFiltering: false,
  },
  location: { how: 'unknown' },
  grid: {
    gramsPerKwh: 472.9,
    low: 137,
    high: 1610,
    zone: 'WORLD',
    source: 'Ember',
    basis: 'lifecycle',
    kind: 'average',
    year: 2024,
    tier: 'assumed',
    fallback: true,
    method: 'World average',
  },
  pue: { value: 1, low: 1, high: 1, tier: 'modelled', source: 'a laptop', how: 'local' },
  usageSource: '/proc',
  store: { dir: '/somewhere/.epochwatt', writable: false, reason: 'EACCES: permission denied' },
}

/** Every text that goes to a terminal, with and without colour. */
const texts = (color: boolean, width: number): readonly string[] => [
  ...records.map(record => renderTerminalSummary(record, { color, width })),
  renderTerminalComparison(compareRuns(records), { color, width }),
  renderTerminalRunList(records, { color, width }),
  renderTerminalDiagnosis(diagnosis, { color, width }),
]

describe('escape sequences', () => {
  it('are there only when asked for', () => {
    for (const text of texts(false, 100)) expect(text).toBe(stripVTControlCharacters(text))
    for (const text of texts(true, 100)) expect(text).not.toBe(stripVTControlCharacters(text))
  })

  it('change nothing but the looks', () => {
    expect(texts(true, 100).map(stripVTControlCharacters)).toEqual(texts(false, 100))
  })

  it('cannot be brought in by a record', () => {
    const record = recordSaying(PAYLOAD)
    const all = [
      renderTerminalSummary(record),
      renderTerminalComparison(compareRuns([record, { ...record, id: `${PAYLOAD}2` }])),
      renderTerminalRunList([record]),
      formatEpochLine({ index: 0, durationSeconds: 1, metrics: { [PAYLOAD]: 1 } }),
      renderTerminalDiagnosis({ ...diagnosis, sensors: record.sensors, location: record.location }),
    ]
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    for (const text of all) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })
})

describe('width', () => {
  it.each([60, 80, 100, 140])('of %d columns is kept to', width => {
    const commands = new Set(diagnosis.sensors.flatMap(sensor => sensor.remedy?.split('\n') ?? []))
    for (const text of texts(false, width)) {
      for (const line of text.split('\n')) {
        // Commands are not broken: they are there to be copied.
        if (commands.has(line.trim())) continue
        expect(displayWidth(line), line).toBeLessThanOrEqual(width)
      }
    }
  })

  it('counts what a terminal shows, not code units', () => {
    expect(displayWidth('日本')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(displayWidth('👩‍👩‍👧')).toBe(2)
    expect(displayWidth('\u001b[1mab\u001b[22m')).toBe(2)
  })

  it('cuts and fills to exactly the width asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        fc.pre(!/\p{Cc}/u.test(text))
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width)
        expect(displayWidth(pad(truncate(text, width), width, 'right'))).toBe(width)
      }),
    )
  })

  it('wraps without losing a word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 12, max: 60 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width)
          expect(lines.join(' ')).toBe(words.join(' '))
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

describe('the summary', () => {
  const summary = renderTerminalSummary(measuredLaptop, { width: 160 })

  it('lists every epoch, their sum, the time outside, and the run', () => {
    const lines = summary.split('\n')
    const first = (label: string) => lines.find(line => line.trimStart().startsWith(`${label} `))!
    const energyOf = (line: string) => Number(line.trim().split(/\s{2,}/)[2])
    for (const epoch of measuredLaptop.epochs) {
      expect(energyOf(first(String(epoch.index))) / 1e6).toBeCloseTo(epoch.energy_kwh!.value, 6)
    }
    expect(energyOf(first('epochs')) + energyOf(first('outside'))).toBeCloseTo(energyOf(first('run')), 0)
    expect(energyOf(first('run')) / 1e6).toBeCloseTo(measuredLaptop.energy.total_kwh!.value, 6)
  })

  it('shows the interval, the measured share and where figures came from', () => {
    expect(summary).toContain('90 % interval 222 – 246')
    expect(summary).toContain('94 % from instruments')
    expect(summary).toContain('powercap/package-0')
    expect(summary).toContain('Ember, Yearly Electricity Data, 2024')
    expect(summary).toContain('lifecycle basis')
  })

  it('calls what is unknown unknown, with its reason', () => {
    const text = renderTerminalSummary(unknownEnergy)
    expect(text).toContain('unknown: no sensor gave a reading and no model could be applied')
    expect(text).toContain('unknown: the energy of this run is unknown')
    expect(text).not.toMatch(/\s0 [mµkM]?Wh/)
  })

  it('is loud when the place is unknown', () => {
    expect(renderTerminalSummary(modelledVm)).toContain('!! The place is unknown')
    expect(summary).not.toContain('!!')
  })

  it('shortens a long list of epochs and says by how much', () => {
    expect(renderTerminalSummary(modelledVm)).toContain('… 16 more epochs …')
  })
})

describe('the line of an epoch', () => {
  const epoch = measuredLaptop.epochs[0]!
  const line = formatEpochLine({
    index: 0,
    epochs: 6,
    durationSeconds: epoch.ended_s - epoch.started_s,
    energyKwh: epoch.energy_kwh,
    carbonGrams: epoch.carbon_g,
    meanPowerWatts: epoch.mean_power_w,
    metrics: { loss: 0.8412, broken: Number.NaN },
  })

  it('has energy with interval and tier, carbon, power, duration and metrics', () => {
    expect(line).toMatch(
      /^epoch 0 \[1\/6\] ● 40\.3 mWh \(38\.3 – 42\.3\) +1\.8 mgCO₂e +31\.4 W +4\.62 s {2}loss 0\.8412$/,
    )
  })

  it('says what is unknown', () => {
    expect(formatEpochLine({ index: 3, durationSeconds: 1.5 })).toMatch(
      /epoch 3 +energy unknown +carbon unknown/,
    )
  })

  it('is cut to the width of the terminal', () => {
    const cut = formatEpochLine(
      { index: 0, durationSeconds: 1, metrics: { loss: 1, accuracy: 0.5 } },
      { width: 60, color: true },
    )
    expect(displayWidth(cut)).toBe(60)
  })
})

describe('the diagnosis', () => {
  it('shows what is used with its band, and the command that unlocks what is locked', () => {
    const text = renderTerminalDiagnosis(diagnosis)
    expect(text).toContain('measured, energy counter, 8.30 W just now, band −5 % / +5 %')
    expect(text).toContain('powercap/dram  locked')
    expect(text).toContain('    sudo chgrp energy /sys/class/powercap/intel-rapl:0:2/energy_uj')
    expect(text).toContain('not writable')
    expect(text).toContain('EPOCHWATT_COUNTRY')
  })
})

describe('the comparison', () => {
  it('names the outcome for each run and what is to be weighed', () => {
    const text = renderTerminalComparison(
      compareRuns([measuredLaptop, scaledLaptop('less', 0.5), modelledVm]),
    )
    expect(text).toMatch(/digits-cnn-less +less +less +not told apart\n +× 0\.50 \(0\.45 – 0\.55\)/)
    expect(text).toContain('carbon compares places')
  })

  it('can be empty', () => {
    expect(renderTerminalComparison(compareRuns([]))).toBe('No runs to compare.\n')
  })
})
