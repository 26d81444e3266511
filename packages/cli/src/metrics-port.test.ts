import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { callMain } from './testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-cli-metrics-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(args)

const PROGRAM = `
const { epochwatt } = JSON.parse(process.env.WANDB_X_STATS_OPEN_METRICS_ENDPOINTS)
const { writeFileSync } = await import('node:fs')
writeFileSync(${JSON.stringify(join(root, 'page.txt'))}, await (await fetch(epochwatt)).text())
`

it('tells the command, in W&B’s own variable, where its figures are', async () => {
  const program = [process.execPath, '--input-type=module', '-e', PROGRAM]
  const { code, err } = await call('run', '--metrics-port', '0', '--dir', root, '--quiet', '--', ...program)
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/figures so far are at http:\/\/127/) })
  expect(readFileSync(join(root, 'page.txt'), 'utf8')).toContain('epochwatt_run_energy_joules_total{run=')
})

it('refuses a port that is none, before anything is tracked', async () => {
  expect(await call('run', '--metrics-port', '70000', '--dir', root, '--', 'true')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"--metrics-port" is "70000"'),
  })
})
