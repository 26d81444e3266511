// Against local files: the plugin's own tests read from a server.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunRecord, startTracking } from '@epochwatt/core'
import { wandb } from '@epochwatt/wandb-plugin'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callMain } from '../testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-cli-wandb-'))
const files = join(root, 'wandb')
const tracked: RunRecord[] = []

const call = (...args: string[]) => callMain([...args, '--dir', join(root, 'empty')])

beforeAll(async () => {
  for (const name of ['first', 'second']) {
    const tracker = startTracking({
      dir: join(root, 'store'),
      name,
      country: 'FR',
      exporters: [wandb({ mode: 'offline', dir: root, settings: { silent: true, disableGit: true } })],
    })
    await new Promise(resolve => setTimeout(resolve, 80))
    tracked.push((await tracker.stop())!)
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('compares runs of local .wandb files as those of a store', async () => {
  const { code, out, err } = await call('compare', '--wandb', files, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const compared = JSON.parse(out) as { runs: readonly { id: string }[] }
  expect(compared.runs.map(({ id }) => id)).toEqual(tracked.map(({ id }) => id))
})

it('writes the report of one of them', async () => {
  const { code, out } = await call('report', 'second', '--wandb', files)
  expect(code).toBe(0)
  expect(readFileSync(out.trim(), 'utf8')).toContain(tracked[1]!.id)
})

it('names what is wrong: a path that is no project', async () => {
  expect(await call('compare', '--wandb', 'a/b/c')).toMatchObject({
    code: 1,
    err: expect.stringContaining('accepted: [entity/]project'),
  })
})
