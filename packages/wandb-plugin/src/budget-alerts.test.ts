import type { RunRecord } from '@epochwatt/core'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type StubBackend, startStubBackend } from '../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { budgetAlerts } from './budget-alerts.js'
import { clearWandbVariables, directory, exporterTo, train } from './testing/training.js'
import { wandb } from './wandb.js'

afterAll(directory.remove)

let stub: StubBackend
beforeEach(async () => {
  clearWandbVariables()
  stub = await startStubBackend()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  expect(stub.problems).toEqual([])
  await stub.close()
})

describe('a budget', () => {
  it('that is exceeded is told once, by W&B’s own notification', async () => {
    const { id } = await train(exporterTo(stub, { budget: { kWh: 1e-12 } }))
    expect(stub.run(id).alerts).toEqual([
      {
        title: 'Energy budget exceeded',
        text: expect.stringMatching(/^The run has used \S+ kWh, more than its budget of 1e-12 kWh\.$/),
        severity: 'WARN',
      },
    ])
  })

  it('that is kept is not spoken of', async () => {
    const { id } = await train(exporterTo(stub, { budget: { kWh: 1000, gCO2e: 1e9 } }))
    expect(stub.run(id).alerts).toEqual([])
  })

  it.each([[{}], [{ kWh: 0 }], [{ kwh: 1 }], [5]])('cannot be %j', budget => {
    expect(() => wandb({ budget: budget as object })).toThrow(
      /"budget".*accepted: an object of kWh and gCO2e/,
    )
  })

  it('of a policy is told with the record that says so; a run without alerts does without', async () => {
    const sent: unknown[] = []
    const common = { log: () => {}, config: { update: () => {} }, summary: { update: () => {} } }
    const warnings = [
      { code: 'CAP_REACHED', message: 'the policy’s cap is reached' },
      { code: 'OTHER', message: 'something else' },
    ]
    const record = { warnings } as unknown as RunRecord
    const alerts = budgetAlerts()
    const run = { ...common, alert: (options: unknown) => void sent.push(options) }
    await alerts.conclude(run, record)
    await alerts.conclude(run, record)
    expect(sent).toMatchObject([{ text: 'the policy’s cap is reached', level: 'WARN' }])
    await budgetAlerts().conclude(common, record)
  })
})
