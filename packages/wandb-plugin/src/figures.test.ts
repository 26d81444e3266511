import type { RunRecord } from '@epochwatt/core'
import { scriptedRun } from '@epochwatt/core/testing'
import { totalValues } from '@epochwatt/report/trackers'
import { describe, expect, it } from 'vitest'
import { epochRow, powerValues } from './figures.js'

const quantity = (value: number, tier: 'measured' | 'modelled') => ({
  value,
  low: value,
  high: value,
  unit: 'kWh',
  tier,
  method: 'test',
})

const record = (scope: RunRecord['scope'], tier?: 'measured' | 'modelled') =>
  ({
    started_at: scriptedRun().startedAt,
    scope,
    energy: {
      ...(tier && { total_kwh: quantity(1, tier) }),
      components: { cpu: {}, gpu: { reason: 'no sensor' }, memory: {}, other: {} },
    },
    carbon: {},
    power: { t_s: [0.5], mean_w: [40], min_w: [40], max_w: [40] },
  }) as unknown as RunRecord

const window = {
  type: 'window',
  seq: 1,
  timeMs: 0,
  name: 'epoch',
  attributes: { index: 4 },
  durationSeconds: 3600,
  figures: { energy_kwh: quantity(0.25, 'measured') },
  totals: {},
  metrics: {},
} as const

describe('an epoch', () => {
  it('has its figures and its number', () => {
    expect(epochRow(window, 'epoch')).toEqual({
      'energy/epoch_kwh': 0.25,
      'energy/epoch_mean_watts': 250,
      epoch: 4,
    })
  })

  it('is told from other windows', () => {
    expect(epochRow({ ...window, name: 'loading' }, 'epoch')).toBeUndefined()
    expect(epochRow({ ...window, attributes: {} }, 'epoch')).toBeUndefined()
  })
})

describe('what is unknown', () => {
  it('is absent, and not 0', () => {
    expect(totalValues(record('process'))).toEqual({})
    expect(epochRow({ ...window, figures: {} }, 'epoch')).toEqual({ epoch: 4 })
  })
})

describe("W&B's names for power", () => {
  it.each([
    ['machine', 'measured', ['system.powerWatts', 'cpu.powerWatts', 'gpu.0.powerWatts']],
    [
      'machine',
      'modelled',
      ['epochwatt.powerWatts', 'epochwatt.cpu.powerWatts', 'epochwatt.gpu.0.powerWatts'],
    ],
    [
      'process',
      'measured',
      ['epochwatt.powerWatts', 'epochwatt.cpu.powerWatts', 'epochwatt.gpu.0.powerWatts'],
    ],
  ] as const)('for a %s that was %s are %s', (scope, tier, names) => {
    const event = {
      type: 'power',
      seq: 1,
      timeMs: 0,
      index: 0,
      durationSeconds: 1,
      scope,
      powerWatts: { total: 40, cpu: 30 },
      gpuPowerWatts: [10],
      totals: { energy_kwh: quantity(1, tier) },
    } as const
    expect(powerValues(event)).toEqual({
      [names[0]]: 40,
      [names[1]]: 30,
      [names[2]]: 10,
      'epochwatt.energyKwh': 1,
    })
    expect(powerValues({ ...event, powerWatts: {}, gpuPowerWatts: [], totals: {} })).toEqual({})
  })
})
