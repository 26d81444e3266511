// Runs of two stores, of files of three kinds, of a real MLflow server and of a W&B backend, in one comparison.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunExporter, type RunRecord, startTracking } from '@epochwatt/core'
import { mlflow } from '@epochwatt/mlflow-plugin'
import { wandb } from '@epochwatt/wandb-plugin'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectToMlflow, uniqueName } from '../../../mlflow-js-client/test/connect.js'
import { describeWith } from '../../../mlflow-js-client/test/describe-with.js'
import { stubSettings } from '../../../wandb-node-sdk-shim/src/testing/fixture.js'
import {
  STUB_API_KEY,
  type StubBackend,
  startStubBackend,
} from '../../../wandb-node-sdk-shim/src/testing/stub-backend.js'
import { callMain } from '../testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-mixed-'))
const at = (name: string) => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(args)

const track = async (dir: string, name: string, project: string, exporters: readonly RunExporter[] = []) => {
  const tracker = startTracking({ dir: at(dir), name, project, country: 'FR', exporters })
  const until = performance.now() + 60
  while (performance.now() < until) Math.sqrt(until)
  return (await tracker.stop())!
}

const EMISSIONS = `timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_iso_code,pue
2026-03-01T10:00:00,digits,11111111-2222-4333-8444-555555555555,600,0.001,0.015,0,0.005,0.02,FRA,1
2026-03-02T10:00:00,digits,11111111-2222-4333-8444-555555555556,300,0.0005,0.008,0,0.002,0.01,FRA,1
`
const CARBONTRACKER = `2026-11-23 13:31:58 - carbontracker version 2.3.1
2026-11-23 13:31:58 - The following components were found: CPU with device(s) AMD EPYC 7763.
2026-11-23 13:31:58 - Monitoring thread started.
2026-11-23 13:32:01 - Epoch 1:
2026-11-23 13:32:01 - Duration: 0:00:03.03
2026-11-23 13:32:01 - Average power usage (W) for cpu: 140.0
2026-11-23 13:32:04 - Epoch 2:
2026-11-23 13:32:04 - Duration: 0:00:03.00
2026-11-23 13:32:04 - Average power usage (W) for cpu: 140.0
2026-11-23 13:32:07 - Monitoring thread ended.
`

let here: RunRecord
let there: RunRecord
let other: RunRecord

interface Compared {
  readonly reference: string
  readonly runs: readonly { readonly id: string; readonly source: string; readonly energy_kwh?: object }[]
}

const compared = async (...args: string[]): Promise<Compared> => {
  const { code, out, err } = await call('compare', ...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

const labelled = ({ runs }: Compared) => runs.map(({ id, source }) => [id, source])

beforeAll(async () => {
  here = await track('a', 'here', 'digits')
  other = await track('a', 'other', 'letters')
  there = await track('b', 'there', 'digits')
  writeFileSync(at('emissions.csv'), EMISSIONS)
  writeFileSync(at('run_carbontracker.log'), CARBONTRACKER)
  copyFileSync(join(at('b'), 'runs', there.id, 'record.json'), at('downloaded.json'))
})

describe('stores and files together', () => {
  it('are compared in the order in which they are named, each with its source', async () => {
    const comparison = await compared(
      'there',
      at('emissions.csv'),
      'here',
      at('run_carbontracker.log'),
      '--dir',
      at('a'),
      '--dir',
      at('b'),
    )
    expect(labelled(comparison).map(([, source]) => source)).toEqual([
      at('b'),
      at('emissions.csv'),
      at('emissions.csv'),
      at('a'),
      at('run_carbontracker.log'),
    ])
    expect(comparison.reference).toBe(there.id)
    expect(comparison.runs[0]!.energy_kwh).toEqual(there.energy.total_kwh)
  })

  it('are all meant where none is named, a project in each store where one is', async () => {
    const dirs = ['--dir', at('a'), '--dir', at('b')]
    expect(labelled(await compared(...dirs))).toEqual([
      [here.id, at('a')],
      [other.id, at('a')],
      [there.id, at('b')],
    ])
    expect(labelled(await compared(...dirs, '--project', 'digits'))).toEqual([
      [here.id, at('a')],
      [there.id, at('b')],
    ])
    expect(labelled(await compared('other', ...dirs, '--project', 'digits')).map(([id]) => id)).toEqual([
      other.id,
      here.id,
      there.id,
    ])
  })

  it('count a run once that several have, and say so', async () => {
    const comparison = await compared(at('downloaded.json'), '--dir', at('b'), '--dir', at('a'))
    expect(labelled(comparison)[0]).toEqual([there.id, `${at('downloaded.json')}, ${at('b')}`])
    expect(comparison.runs).toHaveLength(3)
  })

  it('show where runs are from, on the terminal, as CSV and in the page, and only where that differs', async () => {
    const mixed = [at('emissions.csv'), 'here', '--dir', at('a')]
    expect((await call('compare', ...mixed)).out).toMatch(/ from /)
    expect((await call('compare', 'here', 'other', '--dir', at('a'))).out).not.toMatch(/ from /)
    expect((await call('compare', ...mixed, '--csv')).out.split('\r\n')[1]).toContain(at('emissions.csv'))
    expect((await call('compare', ...mixed, '--html', at('mixed.html'))).code).toBe(0)
    expect(readFileSync(at('mixed.html'), 'utf8')).toContain('>From<')
  })

  it('are disclosed, advised on and reported', async () => {
    const disclosed = await call('disclose', at('emissions.csv'), 'here', '--dir', at('a'), '--json')
    expect(JSON.parse(disclosed.out).runs).toMatchObject({ all: 3 })
    expect((await call('advise', at('emissions.csv'), '--json')).code).toBe(0)
    const { code, out } = await call('report', at('downloaded.json'), '--beside', 'here', '--dir', at('a'))
    expect({ code, out }).toEqual({ code: 0, out: `${at('report.html')}\n` })
    expect(readFileSync(at('report.html'), 'utf8')).toContain(here.id)
  })

  it('say what is wrong in one sentence', async () => {
    mkdirSync(at('empty'), { recursive: true })
    writeFileSync(at('empty/none.csv'), 'a,b\n1,2\n')
    const none = await call('compare', at('empty/none.csv'), 'here', '--dir', at('a'))
    expect(none).toMatchObject({
      code: 1,
      err: expect.stringContaining('neither an emissions.csv of CodeCarbon'),
    })
    const unknown = await call('compare', 'nobody', '--dir', at('a'), '--dir', at('b'))
    expect(unknown.err).toContain(`No finished run "nobody" in ${at('a')}, ${at('b')};`)
    expect((await call('compare', '--dir', at('a'), '--dir', at('nowhere'))).err).toContain(
      `there is no run store ${at('nowhere')}`,
    )
    expect((await call('report', at('emissions.csv'))).err).toContain('holds 2 runs; `epochwatt import`')
  })
})

const connection = await connectToMlflow('current')

describeWith('stores, files, MLflow and W&B together', connection, ({ server }) => {
  const experiment = uniqueName('mixed')
  let stub: StubBackend
  let both: RunRecord
  let online: RunRecord

  beforeAll(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('WANDB_')) vi.stubEnv(name, undefined)
    stub = await startStubBackend()
    vi.stubEnv('WANDB_BASE_URL', stub.url)
    vi.stubEnv('WANDB_API_KEY', STUB_API_KEY)
    vi.stubEnv('WANDB_CONFIG_DIR', root)
    const toMlflow = mlflow({ trackingUri: server.url, experiment })
    both = await track('a', 'both', 'digits', [toMlflow])
    online = await track('gone', 'online', 'digits', [
      wandb({ project: 'p', dir: root, settings: stubSettings(stub) }),
    ])
    rmSync(at('gone'), { recursive: true })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await stub.close()
  })

  const trackers = () => ['--mlflow', server.url, '--experiment', experiment, '--wandb', 'stub/p']

  it('are one comparison with each run once', async () => {
    const comparison = await compared(
      at('emissions.csv'),
      ...trackers(),
      '--dir',
      at('a'),
      '--project',
      'digits',
    )
    expect(labelled(comparison).slice(2)).toEqual([
      [here.id, at('a')],
      [both.id, `${at('a')}, MLflow ${experiment}`],
      [online.id, 'W&B stub/p'],
    ])
    expect(comparison.runs.at(-1)!.energy_kwh).toEqual(online.energy.total_kwh)
  })

  it('give those of theirs that are named, and none of the default store unasked', async () => {
    vi.stubEnv('EPOCHWATT_DIR', at('b'))
    expect(labelled(await compared(...trackers())).map(([id]) => id)).toEqual([both.id, online.id])
    expect(labelled(await compared('there', 'both', 'online', ...trackers())).map(([id]) => id)).toEqual([
      there.id,
      both.id,
      online.id,
    ])
  })
})
