import { describe, expect, it } from 'vitest'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { modelledVm } from '../fixtures/other-runs.js'
import { closingSpans } from './closing-spans.js'
import { epochsTotal, meanEpochEnergy } from './epochs-total.js'
import { headlineCarbon } from './headline.js'
import { epochMetricNames, finalMetric, mainMetric, validationTwin } from './metrics.js'
import { notices } from './notices.js'
import { pictured } from './pictured.js'
import { provenance } from './provenance.js'
import { sentence } from './wording.js'

const [first, ...rest] = measuredLaptop.epochs
const withUnknown = [{ ...first!, energy_kwh: undefined }, ...rest]

describe('sums over epochs', () => {
  it('add bounds linearly, since what is off in one epoch is off in all', () => {
    const total = epochsTotal(measuredLaptop.epochs, 'energy_kwh')!
    expect(total.low / total.value).toBeCloseTo(0.95)
    expect(total.high / total.value).toBeCloseTo(1.05)
  })

  it('take the worst tier', () => {
    const assumed = { ...first!, energy_kwh: { ...first!.energy_kwh!, tier: 'assumed' as const } }
    expect(epochsTotal([...rest, assumed], 'energy_kwh')!.tier).toBe('assumed')
  })

  it('are unknown as soon as one epoch is', () => {
    expect(epochsTotal(withUnknown, 'energy_kwh')).toBeUndefined()
    expect(meanEpochEnergy(withUnknown)).toBeUndefined()
    const spans = closingSpans({ ...measuredLaptop, epochs: withUnknown })
    expect(spans[0]!.figures.energy_kwh).toBeUndefined()
    expect(spans[2]!.figures.energy_kwh).toBe(measuredLaptop.energy.total_kwh)
  })

  it('are unknown without epochs', () => {
    expect(epochsTotal([], 'energy_kwh')).toBeUndefined()
    expect(meanEpochEnergy([])).toBeUndefined()
  })
})

describe('metrics', () => {
  it('leave out the figures that our own callback logs', () => {
    const epochs = [{ ...first!, metrics: { energy_kwh: 1, carbon_g: 1, mae: 0.5 } }]
    expect(epochMetricNames({ ...measuredLaptop, epochs })).toEqual(['mae'])
  })

  it('prefer the loss, with its validation beside it', () => {
    expect(mainMetric(measuredLaptop)).toBe('loss')
    expect(validationTwin(measuredLaptop, 'loss')).toBe('val_loss')
    expect(mainMetric(modelledVm)).toBe('accuracy')
    expect(validationTwin(modelledVm, 'accuracy')).toBeUndefined()
  })

  it('take the last value that was logged', () => {
    const epochs = [...measuredLaptop.epochs, { ...first!, index: 6, metrics: {} }]
    expect(finalMetric({ ...measuredLaptop, epochs }, 'loss')).toBe(0.1339)
    expect(finalMetric(measuredLaptop, 'f1')).toBeUndefined()
  })
})

describe('carbon', () => {
  it('says whether embodied carbon is in it', () => {
    expect(headlineCarbon(measuredLaptop).covers).toBe('operational and embodied')
    expect(headlineCarbon(modelledVm)).toEqual({
      quantity: modelledVm.carbon.operational_g,
      covers: 'operational only',
    })
    const { operational_g } = measuredLaptop.carbon
    const switchedOff = { operational_g, total_g: operational_g, reason: 'embodied carbon was switched off' }
    expect(headlineCarbon({ ...measuredLaptop, carbon: switchedOff }).covers).toBe('operational only')
  })

  it('is pictured by things of which there is a noticeable amount, and by one at least', () => {
    expect(pictured(100).length).toBeGreaterThan(1)
    expect(pictured(0.01).map(({ id }) => id)).not.toContain('smartphone-charges')
    expect(pictured(1e-9)).toHaveLength(1)
  })
})

describe('wording', () => {
  it('makes sentences of reasons and leaves names as they are', () => {
    expect(sentence('no sensor was found')).toBe('No sensor was found.')
    expect(sentence('powercap/dram cannot be read')).toBe('powercap/dram cannot be read.')
    expect(sentence('What happened?')).toBe('What happened?')
  })

  it('says how far the grid varied over the run', () => {
    const grid = {
      ...measuredLaptop.grid,
      intervals: [
        { started_s: 0, ended_s: 10, g_per_kwh: 40 },
        { started_s: 10, ended_s: 27, g_per_kwh: 62.4 },
      ],
    }
    const line = (record: typeof measuredLaptop) =>
      provenance(record).find(({ label }) => label === 'Grid')!.text
    expect(line({ ...measuredLaptop, grid })).toContain('2 points in time, 40 to 62.4')
    expect(line(measuredLaptop)).not.toContain('points in time')
  })

  it("says how the run's processes were told from others", () => {
    const line = provenance(measuredLaptop).find(({ label }) => label === 'Attribution')!.text
    expect(line).toMatch(
      /91 % of its busy time was this run's; told by the process tree, followed through \/proc$/,
    )
  })

  it.each(['running', 'failed', 'killed', 'recovered'] as const)('tells that a run is %s', status => {
    const [notice] = notices({ ...measuredLaptop, status, warnings: [] })
    expect(`${notice!.title} ${notice!.text}`).toMatch(/going on|failed|killed|recovered/)
  })

  it('has nothing to say of a run that is as it should be', () => {
    expect(notices({ ...measuredLaptop, warnings: [] })).toEqual([])
  })
})
