// The campaign in small: every exporter at once, towards backends that take what they are sent and reset the connection,
// and a run that is killed meanwhile. Its figures for every fault are in docs/reliability.md.
import { expect, it } from 'vitest'
import { mlflowServer } from '../../packages/mlflow-js-client/test/mlflow-server.js'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Backends extends CampaignReport {
  readonly runs: number
  readonly points: number
}

it('every exporter delivers everything once after its backend has recovered', {
  timeout: 180_000,
}, async context => {
  const server = await mlflowServer()
  if ('skipped' in server) return context.skip(server.skipped)
  const args = ['--faults', 'reset after commit', '--phases', 'run,killed', '--random', '0', '--at-once', '2']
  const seed = String(Date.now() % 1e6)
  const { runs, points, wrong } = await runCampaign<Backends>(context, 'backends', [
    ...args,
    ...['--epochs', '10', '--seed', seed, '--mlflow', server.url],
  ])
  expect(wrong).toEqual([])
  expect(runs).toBe(2)
  expect(points).toBeGreaterThan(100)
})
