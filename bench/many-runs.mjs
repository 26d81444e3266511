// Makes a store of many runs for the cases of scale: one real run, its record written again and again under other
// ids, parameters and energies.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'

const scaled = (value, factor) => {
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.value === 'number' && typeof value.unit === 'string' && /kWh$|^gCO2e$/.test(value.unit))
    return { ...value, value: value.value * factor, low: value.low * factor, high: value.high * factor }
  if (Array.isArray(value)) return value.map(each => scaled(each, factor))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, scaled(each, factor)]))
}

/** A run of ten epochs with metrics; its record is what all others are made of. */
export const oneRecord = async dir => {
  const tracker = startTracking({
    dir,
    project: 'scale',
    country: 'FR',
    samplingIntervalMs: 50,
    params: { samples: 1000 },
  })
  for (let index = 0; index < 10; index++) {
    const epoch = tracker.window('epoch', { index })
    await new Promise(resolve => setTimeout(resolve, 60))
    epoch.logMetrics({ loss: 1 / (index + 1), val_acc: 0.5 + index / 25 })
    epoch.end()
  }
  return tracker.stop()
}

export const manyRuns = async (dir, count) => {
  const record = await oneRecord(dir)
  for (let i = 0; i < count - 1; i++) {
    const id = `20260101-000000-${String(i).padStart(6, '0')}`
    const factor = 1 + ((i * 7919) % 1000) / 500
    const run = {
      ...scaled(record, factor),
      id,
      name: `run-${i}`,
      started_at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
      params: { ...record.params, seed: i % 2000 },
      tags: { user: `u${i % 40}`, team: `t${i % 6}` },
      metrics: { val_acc: 0.5 + ((i * 104_729) % 5000) / 10_000 },
    }
    mkdirSync(join(dir, 'runs', id), { recursive: true })
    writeFileSync(join(dir, 'runs', id, 'record.json'), `${JSON.stringify(run, undefined, 2)}\n`)
  }
}
