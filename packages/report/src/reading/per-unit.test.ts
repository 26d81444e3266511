import { describe, expect, it } from 'vitest'
import { compareRuns } from '../compare/compare-runs.js'
import { comparisonCsv } from '../compare/comparison-csv.js'
import { energyUse } from '../compare/energy-use.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, unknownEnergy } from '../fixtures/other-runs.js'
import { projectRuns } from '../fixtures/project-runs.js'
import { energyCourse } from './energy-course.js'
import { perUnit } from './per-unit.js'
import { digestOf } from './run-digest.js'

const total = measuredLaptop.energy.total_kwh!
const withParams = { ...measuredLaptop, params: { ...measuredLaptop.params, samples: 6000 } }

describe('energy per unit', () => {
  it('is that of an epoch over its samples, and that of the run over the points that it reached', () => {
    const units = perUnit(digestOf(withParams), 'val_acc')
    const epochs = measuredLaptop.epochs.reduce((sum, epoch) => sum + epoch.energy_kwh!.value, 0)
    expect(units.energy_per_epoch_kwh!.value).toBeCloseTo(epochs / 6, 15)
    expect(units.energy_per_1k_samples_kwh!.value).toBeCloseTo(epochs / 6 / 6, 15)
    expect(units.accuracy_metric).toBe('val_acc')
    const accuracy = measuredLaptop.epochs.at(-1)!.metrics.val_acc!
    expect(units.energy_per_accuracy_point_kwh!.value).toBeCloseTo(total.value / (accuracy * 100), 15)
    expect(units.energy_per_accuracy_point_kwh!.low).toBeCloseTo(total.low / (accuracy * 100), 15)
  })

  it('takes an accuracy on data that were not trained on where the metric is another', () => {
    expect(perUnit(digestOf(withParams), 'loss').accuracy_metric).toBe('test_acc')
    expect(perUnit(digestOf(modelledVm), undefined).accuracy_metric).toBe('accuracy')
    expect(
      perUnit(digestOf({ ...withParams, metrics: { test_acc: 96.12 } }), 'loss')
        .energy_per_accuracy_point_kwh!.value,
    ).toBeCloseTo(total.value / 96.12, 15)
  })

  it('is absent where nobody said how much there was, or of what', () => {
    expect(perUnit(digestOf(measuredLaptop), undefined).energy_per_1k_samples_kwh).toBeUndefined()
    expect(perUnit(digestOf(failedEarly), undefined)).toEqual({})
    expect(perUnit(digestOf(unknownEnergy), undefined)).toEqual({})
    const odd = { ...withParams, params: { samples: 0 }, metrics: { test_acc: -1 }, epochs: [] }
    expect(perUnit(digestOf(odd), undefined)).toEqual({})
  })

  it('is in the CSV of a comparison', () => {
    const [header, first] = comparisonCsv(compareRuns([withParams, measuredLaptop])).split('\r\n')
    const at = header!.split(',').indexOf('energy_per_1k_samples_kwh')
    expect(Number(first!.split(',')[at])).toBe(
      perUnit(digestOf(withParams), undefined).energy_per_1k_samples_kwh!.value,
    )
  })
})

describe('what came of the energy', () => {
  const { runs } = compareRuns(projectRuns, { metric: 'val_acc' })
  const useOf = (id: string) => energyUse(runs.find(run => run.id === id)!)!

  it('is in one part only, so that the parts are the whole', () => {
    for (const run of runs) {
      const { useful, late, repeated, failed } = energyUse(run)!
      expect(useful + late + repeated + failed).toBeCloseTo(run.energy_kwh!.value, 15)
    }
  })

  it('tells failed, repeated and late energy apart', () => {
    expect(useOf(failedEarly.id).failed).toBe(failedEarly.energy.total_kwh!.value)
    expect(useOf('again').repeated).toBeCloseTo(1.05 * total.value, 15)
    expect(useOf('late').late).toBeCloseTo(0.6 * total.value, 15)
    expect(useOf(measuredLaptop.id).useful).toBe(total.value)
  })
})

describe('the course of the energy', () => {
  it.each([
    ['of a measured run', measuredLaptop],
    ['of a long one', modelledVm],
    [
      'of one without power, by its epochs',
      { ...measuredLaptop, power: { t_s: [], mean_w: [], min_w: [], max_w: [] } },
    ],
  ])('begins at nothing, never falls and ends at the total (%s)', (_, record) => {
    const course = energyCourse(record)
    expect(course[0]).toEqual({ t: 0, kwh: 0 })
    expect(course.at(-1)!.t).toBeCloseTo(record.duration_s, 6)
    expect(course.at(-1)!.kwh).toBeCloseTo(record.energy.total_kwh!.value, 12)
    for (const [i, { t, kwh }] of course.entries()) {
      if (i === 0) continue
      expect(t).toBeGreaterThanOrEqual(course[i - 1]!.t)
      expect(kwh).toBeGreaterThanOrEqual(course[i - 1]!.kwh)
    }
  })

  it('is empty where nothing is known', () => {
    expect(energyCourse(unknownEnergy)).toEqual([])
    expect(energyCourse(failedEarly)).toEqual([])
  })
})
