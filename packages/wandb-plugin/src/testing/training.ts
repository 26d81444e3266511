import { type RunExporter, type RunRecord, startTracking } from '@epochwatt/core'
import { vi } from 'vitest'
import { stubSettings, temporaryDirectory } from '../../../wandb-node-sdk-shim/src/testing/fixture.js'
import type { StubBackend } from '../../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import type { WandbExporterOptions } from '../options.js'
import { wandb } from '../wandb.js'

/** A folder for the stores and runs of a test file. */
export const directory = temporaryDirectory()
const dir = directory.path

/** Nobody's own W&B settings may change what the tests see. */
export const clearWandbVariables = (): void => {
  for (const name of Object.keys(process.env)) if (name.startsWith('WANDB_')) vi.stubEnv(name, undefined)
  vi.stubEnv('WANDB_CONFIG_DIR', dir)
}

/** An exporter that makes runs of its own on a stub. */
export const exporterTo = (stub: StubBackend, options: WandbExporterOptions = {}): RunExporter =>
  wandb({ project: 'p', dir, ...options, settings: { ...stubSettings(stub), ...options.settings } })

export const busyFor = (ms: number): void => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

interface Training {
  readonly afterEpoch?: (index: number) => void | Promise<void>
  readonly outcome?: { readonly status: 'failed'; readonly reason: string }
}

/** Three epochs with a loss, in a run with a parameter, a tag and a metric of its own. */
export const train = async (
  exporter: RunExporter,
  { afterEpoch, outcome }: Training = {},
): Promise<RunRecord> => {
  const tracker = startTracking({
    dir,
    country: 'FR',
    project: '@tests/plugin',
    params: { lr: 0.1 },
    tags: { team: 'vision' },
    exporters: [exporter],
  })
  for (let index = 0; index < 3; index++) {
    const epoch = tracker.window('epoch', { index })
    busyFor(60)
    epoch.end()
    epoch.logMetrics({ loss: 1 / (index + 1) })
    // A server that answers at once has had its answer by then, so that rows come one by one.
    await new Promise(resolve => setTimeout(resolve, 30))
    await afterEpoch?.(index)
  }
  tracker.logMetrics({ accuracy: 0.9 })
  return (await tracker.stop(outcome))!
}

/** Warnings of the tracker while `work` runs. */
export const warningsOf = async (work: () => Promise<unknown>): Promise<string> => {
  const warned: string[] = []
  const listen = (warning: Error): void => void warned.push(warning.message)
  process.on('warning', listen)
  await work()
  await new Promise(resolve => setTimeout(resolve, 10))
  process.off('warning', listen)
  return warned.join('\n')
}

/** What the rows that have `key` have there. */
export const values = (rows: readonly Record<string, unknown>[], key: string): unknown[] =>
  rows.flatMap(row => (key in row ? [row[key]] : []))

/** What the summary must hold, from the record. */
export const expectedTotals = ({ energy, carbon }: RunRecord) => ({
  'energy/total_kwh': energy.total_kwh!.value,
  'energy/total_kwh_low': energy.total_kwh!.low,
  'energy/total_kwh_high': energy.total_kwh!.high,
  'carbon/total_gco2eq': carbon.operational_g!.value,
  'carbon/total_gco2eq_low': carbon.operational_g!.low,
  'carbon/total_gco2eq_high': carbon.operational_g!.high,
  'carbon/embodied_gco2eq': carbon.embodied_g!.value,
})
