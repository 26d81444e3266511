import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'
import { recordingExporter } from '@epochwatt/core/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { callMain } from './testing/call-main.js'

const dir = mkdtempSync(join(tmpdir(), 'epochwatt-cli-sync-'))
let id = ''

beforeAll(async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const down = {
    ...recordingExporter('mine'),
    start: () => Promise.reject(new Error('\u001b[2Jnobody listens')),
    refusals: () => [{ item: 'param "lr"', reason: 'it has another value' }],
  }
  const tracker = startTracking({ dir, country: 'FR', name: 'a run', exporters: [down] })
  tracker.window('epoch', { index: 0 }).end()
  await tracker.stop()
  id = tracker.id
  await startTracking({ dir, country: 'FR', name: 'another' }).stop()
  warned.mockRestore()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const call = (...args: string[]) => callMain([...args, '--dir', dir])

describe('what was not delivered', () => {
  it('is counted by list, on stderr and in JSON', async () => {
    const { out, err } = await call('list', '--json')
    const listed = JSON.parse(out) as { id: string; undelivered?: unknown }[]
    expect(listed.map(run => run.undelivered)).toEqual([undefined, { mine: 3 }])
    expect(err).toContain(`Not delivered: ${id}.`)
    expect(err).toContain('epochwatt sync')
  })

  it('is explained by show, without escape sequences', async () => {
    const { code, err } = await call('show', id)
    expect(code).toBe(0)
    expect(err).toMatch(/^3 events not delivered to mine \(.*nobody listens\)/)
    expect(err).not.toContain('\u001b')
    expect((await call('show', 'another')).err).toBe('')
  })

  it('keeps sync from saying that all is well', async () => {
    const { code, out } = await call('sync')
    expect(code).toBe(1)
    expect(out).toContain(`${id}  a run  3 waiting for mine`)
    expect(out).toContain('exists in the code of the run only')
    const json = await call('sync', id, '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      runs: [{ id, name: 'a run', outcomes: [{ name: 'mine', waiting: 3 }] }],
      recovered: [],
      busy: [],
    })
  })
})

describe('epochwatt sync', () => {
  it('has nothing to do for runs that nobody exports', async () => {
    expect(await call('sync', 'another')).toEqual({ code: 0, out: 'Nothing to deliver.\n', err: '' })
  })

  it('refuses trackers and runs that are not there', async () => {
    const tracker = await call('sync', '--to', 'comet')
    expect(tracker).toMatchObject({ code: 2, out: '' })
    expect(tracker.err).toContain('Option "--to" is "comet"; accepted: mlflow or wandb.')
    expect(await call('sync', 'nowhere')).toMatchObject({ code: 1, out: '' })
  })
})
