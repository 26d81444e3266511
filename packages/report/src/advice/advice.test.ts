import { readFileSync } from 'node:fs'
import type { RunRecord } from '@epochwatt/core'
import { rankRegions, recompute } from '@epochwatt/core/planning'
import { describe, expect, it } from 'vitest'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import { expectOwnScriptAlone } from '../fixtures/own-script.js'
import { renderHtmlReport } from '../html/report.js'
import { renderTerminalAdvice } from '../terminal/advice.js'
import { renderTerminalSummary } from '../terminal/summary.js'
import { advise } from './advise.js'
import type { FindingCode } from './finding.js'

const finding = (records: readonly RunRecord[], code: FindingCode) =>
  advise(records).findings.find(candidate => candidate.code === code)

const kwh = (record: RunRecord) => record.energy.total_kwh!.value
const { grid, pue } = measuredLaptop
/** Grams of a part of a laptop's energy. */
const grams = (energyKwh: number) => energyKwh * pue.value * grid.g_per_kwh.value

/** Configurations of their own, so that these runs are no repetitions. */
const run = (id: string, factor: number, changes: Partial<RunRecord> = {}): RunRecord =>
  scaledLaptop(id, factor, { params: { run: id }, ...changes })

/** A run that used four tenths of its energy in `epochs` epochs after the best of each training. */
const late = (id: string, epochs: number, best: readonly number[] = [1]): RunRecord => ({
  ...run(id, 1),
  waste: {
    after_best_epoch: {
      metric: 'val_loss',
      best_epochs: best,
      epochs,
      energy_kwh: {
        value: 0.4 * kwh(measuredLaptop),
        low: 0.38 * kwh(measuredLaptop),
        high: 0.42 * kwh(measuredLaptop),
        unit: 'kWh',
        tier: 'measured',
        method: 'test',
      },
    },
  },
})

describe('nothing is said', () => {
  it.each([
    ['of a run that went as it should', measuredLaptop],
    ['of a run whose energy is unknown', unknownEnergy],
  ])('%s', (_, record) => {
    expect(advise([record]).findings).toEqual([])
    expect(renderTerminalAdvice(advise([record]))).toMatch(/does not say what would have saved carbon/)
    expect(renderHtmlReport(record)).not.toContain('id="advice"')
    expect(renderTerminalSummary(record)).not.toContain('What would have saved')
  })

  it('of no runs', () => {
    expect(advise([])).toEqual({ runs: 0, findings: [] })
  })
})

describe('epochs after the best one', () => {
  it('are counted less the two that a rule waits for', () => {
    const found = finding([late('a', 4)], 'after-best-epoch')!
    const saved = 0.4 * kwh(measuredLaptop) * (2 / 4)
    expect(found.saving.energy_kwh!.value).toBeCloseTo(saved, 15)
    expect(found.saving.carbon_g!.value).toBeCloseTo(grams(saved), 12)
    expect(found.saving.share).toBeCloseTo(0.2, 6)
    expect(found.text).toBe('4 of 6 epochs came after the one with the best val_loss (epoch 1).')
  })

  it('have a patience for each training, and a saving for each run', () => {
    expect(finding([late('a', 4, [1, 2])], 'after-best-epoch')).toBeUndefined()
    expect(finding([late('a', 2)], 'after-best-epoch')).toBeUndefined()
    const found = finding([late('a', 4), late('b', 4), run('c', 1)], 'after-best-epoch')!
    expect(found.runs).toEqual(['a', 'b'])
    expect(found.saving.energy_kwh!.value).toBeCloseTo(0.4 * kwh(measuredLaptop), 15)
    expect(found.saving.energy_kwh!.low).toBeCloseTo(0.38 * kwh(measuredLaptop), 15)
  })

  it('carry the interval of energy, PUE and grid', () => {
    const { value, low, high } = finding([late('a', 4)], 'after-best-epoch')!.saving.carbon_g!
    const below = Math.hypot(Math.log(0.95), Math.log(grid.g_per_kwh.low / grid.g_per_kwh.value))
    const above = Math.hypot(Math.log(1.05), Math.log(grid.g_per_kwh.high / grid.g_per_kwh.value))
    expect(low).toBeCloseTo(value * Math.exp(-below), 12)
    expect(high).toBeCloseTo(value * Math.exp(above), 12)
  })
})

describe('runs that did not finish', () => {
  it('cost all of their carbon', () => {
    const killed = run('killed', 0.5, { status: 'killed' })
    const records = [run('a', 1), failedEarly, killed]
    const found = finding(records, 'unfinished-runs')!
    expect(found.runs).toEqual([failedEarly.id, 'killed'])
    expect(found.saving.energy_kwh!.value).toBeCloseTo(kwh(failedEarly) + kwh(killed), 15)
    expect(found.saving.carbon_g!.value).toBeCloseTo(grams(kwh(failedEarly) + kwh(killed)), 12)
    expect(found.text).toContain('2 runs of 3 did not finish (1 failed, 1 killed)')
  })

  it('are not those that finished or go on', () => {
    const others = (['finished', 'running', 'recovered'] as const).map(status => run(status, 1, { status }))
    expect(finding(others, 'unfinished-runs')).toBeUndefined()
  })
})

describe('repeated runs', () => {
  const at = (id: string, day: number, changes: Partial<RunRecord> = {}) =>
    scaledLaptop(id, day, { started_at: `2026-03-0${day}T10:00:00.000Z`, ...changes })

  it('are those with the project, parameters and tags of an earlier one', () => {
    const found = finding([at('third', 3), at('first', 1), at('second', 2)], 'repeated-runs')!
    expect(found.runs).toEqual(['second', 'third'])
    expect(found.saving.energy_kwh!.value).toBeCloseTo(5 * kwh(measuredLaptop), 12)
    expect(found.saving.share).toBeCloseTo(5 / 6, 6)
  })

  it('do not depend on the order in which parameters were logged', () => {
    const params = Object.fromEntries(Object.entries(measuredLaptop.params).reverse())
    expect(finding([at('a', 1), at('b', 2, { params })], 'repeated-runs')!.runs).toEqual(['b'])
  })

  it.each([
    ['another parameter', { params: { ...measuredLaptop.params, seed: 2 } }],
    ['another tag', { tags: { dataset: 'other' } }],
    ['another project', { project: 'other' }],
    ['a run that failed', { status: 'failed' as const }],
  ])('are none with %s', (_, changes) => {
    expect(finding([at('a', 1), at('b', 2, changes)], 'repeated-runs')).toBeUndefined()
  })

  it('are none where no parameter was logged', () => {
    expect(finding([at('a', 1, { params: {} }), at('b', 2, { params: {} })], 'repeated-runs')).toBeUndefined()
  })
})

describe('a cleaner region', () => {
  const inCloud = recompute(run('cloud', 1000), { cloud: 'aws:ap-south-1' }).record

  it('is the first of the same provider that is surely below', () => {
    const found = finding([inCloud], 'cleaner-region')!
    const ranking = rankRegions({ record: inCloud, cloud: 'aws', basis: 'lifecycle' })
    const best = ranking.regions.find(({ saving }) => saving?.ratio.verdict === 'lower')!
    expect(found.title).toBe(`A cleaner region of the same provider: ${best.cloud}`)
    expect(found.saving.carbon_g!.value).toBeCloseTo(best.saving!.carbon_g, 9)
    expect(found.saving.carbon_g!.low).toBeGreaterThan(0)
    expect(found.saving.carbon_g!.low).toBeLessThan(found.saving.carbon_g!.value)
    expect(found.saving.carbon_g!.high).toBeLessThan(inCloud.carbon.operational_g!.high)
    expect(found.saving.energy_kwh).toBeUndefined()
  })

  it('adds up the energy of runs at one place', () => {
    const one = finding([inCloud], 'cleaner-region')!.saving.carbon_g!.value
    const found = advise([inCloud, { ...inCloud, id: 'other', params: { run: 2 } }]).findings
    const regions = found.filter(({ code }) => code === 'cleaner-region')
    expect(regions).toHaveLength(1)
    expect(regions[0]!.saving.carbon_g!.value).toBeCloseTo(2 * one, 6)
  })

  it('outside of clouds is any, with the caution that hardware differs', () => {
    const found = finding([recompute(run('pl', 1), { country: 'PL' }).record], 'cleaner-region')!
    expect(found.title).toMatch(/^A cleaner grid/)
    expect(found.text).toContain('for the same hardware')
  })

  it('is none of a provider that the tables do not know', () => {
    const location = { ...inCloud.location, provider: 'cloud-of-mine', cloud_region: 'nowhere' }
    expect(finding([{ ...inCloud, location }], 'cleaner-region')).toBeUndefined()
  })

  it('is none where the grid is clean already, unknown, or not an average', () => {
    expect(
      finding([recompute(inCloud, { cloud: 'aws:eu-north-1' }).record], 'cleaner-region'),
    ).toBeUndefined()
    expect(finding([modelledVm], 'cleaner-region')).toBeUndefined()
    const marginal = { ...inCloud, grid: { ...inCloud.grid, kind: 'marginal' as const } }
    expect(finding([marginal], 'cleaner-region')).toBeUndefined()
  })
})

/** Half of the energy is idle power, and the run waited for `share` of its epochs. */
const waiting = (share: number, changes: Partial<RunRecord> = {}): RunRecord => ({
  ...run('waiting', 1),
  static_policy: 'full',
  energy: {
    ...measuredLaptop.energy,
    static_kwh: { ...measuredLaptop.energy.total_kwh!, value: kwh(measuredLaptop) * 0.5 },
  },
  waste: {
    idle: {
      time_share: {
        value: share,
        low: share - 0.01,
        high: share + 0.01,
        unit: '1',
        tier: 'measured',
        method: '',
      },
      time_s: share * measuredLaptop.duration_s,
      within: 'run',
    },
  },
  ...changes,
})

describe('a processor that waits', () => {
  it('costs its idle power meanwhile', () => {
    const found = finding([waiting(0.6)], 'idle-time')!
    expect(found.saving.energy_kwh!.value).toBeCloseTo(kwh(measuredLaptop) * 0.5 * 0.6, 15)
    expect(found.saving.carbon_g!.value).toBeCloseTo(grams(kwh(measuredLaptop) * 0.3), 12)
  })

  it('is no finding where it waits little, or where idle power is booked by use', () => {
    expect(finding([waiting(0.2)], 'idle-time')).toBeUndefined()
    expect(finding([waiting(0.6, { static_policy: 'proportional' })], 'idle-time')).toBeUndefined()
  })

  it('waits within epochs for their part of the run only', () => {
    const record = waiting(0.6)
    const idle = { ...record.waste!.idle!, within: 'epochs' as const }
    const seconds = record.epochs.reduce((sum, epoch) => sum + epoch.ended_s - epoch.started_s, 0)
    const found = finding([{ ...record, waste: { idle } }], 'idle-time')!
    expect(found.saving.energy_kwh!.value).toBeCloseTo(
      kwh(record) * 0.5 * 0.6 * (seconds / record.duration_s),
      12,
    )
  })
})

describe('an oversized machine', () => {
  const mostlyIdle = (utilisation: number, share: number, changes: Partial<RunRecord> = {}): RunRecord => ({
    ...run('idle', 1),
    energy: {
      ...measuredLaptop.energy,
      static_kwh: { ...measuredLaptop.energy.total_kwh!, value: kwh(measuredLaptop) * share },
    },
    methodology: { ...measuredLaptop.methodology, utilisation },
    ...changes,
  })

  it('could be smaller by what was not busy; how much can be had is open', () => {
    const { saving } = finding([mostlyIdle(0.1, 0.8)], 'oversized-machine')!
    expect(saving.energy_kwh!.value).toBeCloseTo(kwh(measuredLaptop) * 0.8 * 0.9, 15)
    expect(saving.carbon_g!.low).toBe(0)
    expect(saving.carbon_g!.tier).toBe('assumed')
  })

  it('is none where it is busy, works, books idle power by use, or has a GPU', () => {
    const gpu = { ...measuredLaptop.energy.components, gpu: { kwh: measuredLaptop.energy.total_kwh! } }
    const withGpu = mostlyIdle(0.1, 0.8)
    for (const record of [
      mostlyIdle(0.7, 0.8),
      mostlyIdle(0.1, 0.3),
      mostlyIdle(0.1, 0.8, { static_policy: 'reserved' }),
      mostlyIdle(0.1, 0.8, { static_policy: 'capacity' }),
      { ...withGpu, energy: { ...withGpu.energy, components: gpu } },
    ])
      expect(finding([record], 'oversized-machine')).toBeUndefined()
  })
})

describe('an accelerator that waits', () => {
  const starved = (share: number, low = share - 0.05): RunRecord => ({
    ...run('starved', 1),
    waste: {
      accelerator_idle: {
        time_share: { value: share, low, high: share + 0.05, unit: '1', tier: 'measured', method: '' },
        samples: 60,
        energy_kwh: {
          value: kwh(measuredLaptop) * 0.1,
          low: kwh(measuredLaptop) * 0.08,
          high: kwh(measuredLaptop) * 0.12,
          unit: 'kWh',
          tier: 'measured',
          method: '',
        },
      },
    },
  })

  it('costs its idle power meanwhile, in runs of any policy', () => {
    const found = finding([starved(0.4)], 'idle-accelerator')!
    expect(found.saving.energy_kwh!.value).toBeCloseTo(kwh(measuredLaptop) * 0.1, 15)
    expect(found.saving.carbon_g!.value).toBeCloseTo(grams(kwh(measuredLaptop) * 0.1), 12)
    expect(found.saving.carbon_g!.low).toBeLessThan(grams(kwh(measuredLaptop) * 0.08) * 1.001)
    expect(found.text).toContain('40 % of the time')
  })

  it('is no finding where the interval allows that it waits little, or nobody sampled it', () => {
    expect(finding([starved(0.22)], 'idle-accelerator')).toBeUndefined()
    expect(finding([measuredLaptop], 'idle-accelerator')).toBeUndefined()
  })
})

describe('memory that was never used', () => {
  const roomy = (peak: number, available: number, changes: Partial<RunRecord> = {}): RunRecord => {
    const laptop = run('roomy', 1)
    const memory = { value: 1, low: 0.5, high: 2, unit: 'kWh', tier: 'modelled', method: '' } as const
    return {
      ...laptop,
      energy: { ...laptop.energy, components: { ...laptop.energy.components, memory: { kwh: memory } } },
      memory: {
        peak_gb: { value: peak, low: peak, high: peak * 1.05, unit: 'GB', tier: 'measured', method: '' },
        available_gb: available,
        available_by: 'cgroup',
      },
      ...changes,
    }
  }

  it('would have saved its share of the energy of memory, with headroom; how much can be had is open', () => {
    const { saving, text } = finding([roomy(4, 48)], 'memory-over-allocation')!
    expect(saving.energy_kwh).toMatchObject({ value: expect.closeTo(0.9, 12), low: 0, tier: 'assumed' })
    expect(saving.energy_kwh!.high).toBeCloseTo(2 * (44 / 48), 12)
    expect(saving.carbon_g).toMatchObject({ value: expect.closeTo(grams(0.9), 9), low: 0 })
    expect(text).toBe('The run used 4.0 of 48 GB at its peak that were reserved.')
  })

  it('is told of several runs by the one that used most', () => {
    const found = finding([roomy(4, 48), { ...roomy(10, 48), id: 'other' }], 'memory-over-allocation')!
    expect(found.text).toContain('2 runs used 10 of 48 GB or less at their peaks')
  })

  it('is no finding where half of it is used, it is shared with others, or nobody looked', () => {
    for (const record of [
      roomy(24, 48),
      roomy(4, 48, {
        scope: 'process',
        static_policy: 'proportional',
        memory: { ...roomy(4, 48).memory!, available_by: 'machine' },
      }),
      measuredLaptop,
    ])
      expect(finding([record], 'memory-over-allocation')).toBeUndefined()
  })
})

describe('the list', () => {
  const records = [late('a', 4), failedEarly, run('b', 1), run('killed', 3, { status: 'killed' })]

  it('has the largest saving first', () => {
    const { findings, caution } = advise(records)
    expect(findings.map(({ code }) => code)).toEqual(['unfinished-runs', 'after-best-epoch'])
    expect(caution).toBeUndefined()
  })

  it('leaves out what is less than a hundredth of the carbon', () => {
    expect(finding([failedEarly, run('a', 1)], 'unfinished-runs')).toBeDefined()
    expect(finding([failedEarly, run('a', 20)], 'unfinished-runs')).toBeUndefined()
  })

  it('never adds carbon of different basis, and says so', () => {
    const direct = { ...late('d', 4), id: 'd', grid: { ...grid, basis: 'direct' as const } }
    const advice = advise([late('a', 4), direct, failedEarly])
    const { saving } = advice.findings.find(({ code }) => code === 'after-best-epoch')!
    expect(saving.carbon_g).toBeUndefined()
    expect(saving.energy_kwh).toBeDefined()
    expect(saving.reason).toContain('basis lifecycle and direct')
    expect(advice.caution).toContain('rough')
    expect(renderTerminalAdvice(advice)).toContain('Saves unknown: grid intensities')
  })

  it('links to sections that are there', () => {
    const page = readFileSync(new URL('../../../../docs/advice.md', import.meta.url), 'utf8')
    const anchors = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) =>
      title!.toLowerCase().replaceAll(' ', '-'),
    )
    const codes: readonly FindingCode[] = [
      'cleaner-region',
      'after-best-epoch',
      'unfinished-runs',
      'repeated-runs',
      'idle-time',
      'oversized-machine',
      'idle-accelerator',
      'memory-over-allocation',
    ]
    for (const code of codes) expect(anchors).toContain(code)
    for (const { link, code } of advise(records).findings) expect(link).toBe(`docs/advice.md#${code}`)
  })
})

describe('advice is shown', () => {
  const record = late('a', 5)

  it('in full by the command', () => {
    const text = renderTerminalAdvice(advise([record]), { width: 80 })
    expect(text).toMatch(/^1\. Stopping when validation no longer improves$/m)
    expect(text).toMatch(/Saves 2\.5 mgCO₂e \(90 % interval 1\.5 – 4\.1\), 24 % of the operational carbon/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('in short at the end of a summary, and as a table in the report', () => {
    expect(renderTerminalSummary(record)).toContain('What would have saved most')
    const page = renderHtmlReport(record)
    expect(page).toContain('id="advice"')
    expect(page).toContain('docs/advice.md#after-best-epoch')
  })

  it('without anything hostile', () => {
    const hostile = { ...recordSaying(PAYLOAD), status: 'failed' as const, status_reason: PAYLOAD }
    const text = renderTerminalAdvice(advise([hostile]))
    expect(text).toContain('Finding faults')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expectOwnScriptAlone(renderHtmlReport(hostile))
  })
})
