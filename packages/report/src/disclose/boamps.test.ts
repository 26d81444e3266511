import type { RunRecord } from '@epochwatt/core'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { BOAMPS_SCHEMA } from '../fixtures/boamps-schema.js'
import { PAYLOAD, recordSaying } from '../fixtures/hostile.js'
import { measuredLaptop } from '../fixtures/measured-laptop.js'
import { failedEarly, modelledVm, scaledLaptop, unknownEnergy } from '../fixtures/other-runs.js'
import type { BoampsFacts } from './boamps.js'
import { disclose } from './disclose.js'

const validate = new Ajv({ strict: false, allErrors: true }).compile(BOAMPS_SCHEMA)

const FACTS: BoampsFacts = {
  taskFamily: 'image classification',
  algorithmName: 'cnn',
  dataType: 'image',
  infraType: 'other',
  publishedAt: new Date('2026-03-10T09:08:07.600Z'),
}

const reportOf = (records: readonly RunRecord[], facts: BoampsFacts = FACTS) =>
  JSON.parse(disclose(records, { format: 'boamps', boamps: facts }))

describe('a BoAmps report', () => {
  it.each([
    ['a measured run', [measuredLaptop]],
    ['a modelled run', [modelledVm]],
    ['runs of which one failed', [measuredLaptop, scaledLaptop('b', 2), failedEarly]],
    ['hostile texts', [{ ...recordSaying(PAYLOAD), hardware: { cpu_model: PAYLOAD, os: PAYLOAD } }]],
  ])('has the form that its schema demands (%s)', (_, records) => {
    const report = reportOf(records, { ...FACTS, taskStage: 'training' })
    validate(report)
    expect(validate.errors).toBeNull()
  })

  it('would not have it without what the schema demands', () => {
    const { task, ...rest } = reportOf([measuredLaptop])
    expect(validate(rest)).toBe(false)
    expect(validate({ ...rest, task: { ...task, dataset: [] } })).toBe(false)
    expect(validate({ ...rest, task, quality: 'superb' })).toBe(false)
  })

  it('holds the numbers of the record, and says nothing that the record does not', () => {
    const report = reportOf([measuredLaptop])
    const [measure] = report.measures
    expect(measure.powerConsumption).toBe(measuredLaptop.energy.total_kwh!.value)
    expect(measure.measurementDuration).toBe(measuredLaptop.duration_s)
    expect(measure.measurementDateTime).toBe('2026-03-02 14:05:09')
    expect(measure.cpuTrackingMode).toBe('rapl, model')
    expect(measure.gpuTrackingMode).toBeUndefined()
    expect(report.header.reportDatetime).toBe('2026-03-10 09:08:07')
    expect(report.task.measuredAccuracy).toBe(measuredLaptop.metrics.test_acc)
    expect(report.task.algorithms).toEqual([
      {
        algorithmName: 'cnn',
        framework: 'tensorflow.js',
        frameworkVersion: '4.22.0',
        epochsNumber: measuredLaptop.epochs.length,
        optimizer: 'adam',
      },
    ])
    expect(report.environment).toEqual({
      country: 'FR',
      powerSourceCarbonIntensity: measuredLaptop.grid.g_per_kwh.value,
    })
    expect(report.quality).toBe('high')
  })

  it('adds runs up, and names neither an accuracy nor a place that is not that of all', () => {
    const other = scaledLaptop('b', 2, { location: { country: 'DE', how: 'option' } })
    const report = reportOf([measuredLaptop, other])
    expect(report.measures[0].powerConsumption).toBeCloseTo(3 * measuredLaptop.energy.total_kwh!.value, 12)
    expect(report.task.measuredAccuracy).toBeUndefined()
    expect(report.environment).toBeUndefined()
    expect(report.task.taskDescription).toContain('2 runs, 2 finished')
  })

  it('calls the quality of a wide interval low, and keeps the world average to itself', () => {
    const report = reportOf([modelledVm])
    expect(report.quality).toBe('low')
    expect(report.environment).toBeUndefined()
  })

  it('names every fact that it asks for and nobody gave', () => {
    expect(() => disclose([failedEarly], { format: 'boamps' })).toThrow(
      /give taskStage, taskFamily, algorithmName, dataType, infraType/,
    )
    expect(() => reportOf([measuredLaptop], { ...FACTS, dataType: 'pictures' as 'image' })).toThrow(
      /"dataType" is "pictures"; accepted: tabular, audio/,
    )
    expect(() => reportOf([unknownEnergy])).toThrow(/energy.*unknown/)
  })
})
