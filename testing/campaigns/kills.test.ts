// The campaign in small: once each way to die. Its figures at a thousand deaths are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Kills extends CampaignReport {
  readonly kills: number
}

it('what flowed before a training died is recovered, and nothing of it twice', {
  timeout: 120_000,
}, async context => {
  const args = ['--kills', '9', '--at-once', '3', '--longest-ms', '1200', '--seed', String(Date.now() % 1e6)]
  const { kills, wrong } = await runCampaign<Kills>(context, 'kills', args)
  expect(wrong).toEqual([])
  expect(kills).toBe(9)
})
