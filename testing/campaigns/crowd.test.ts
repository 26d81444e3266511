// The campaign in small; a thousand runs, and two versions, are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Crowd extends CampaignReport {
  readonly ids: number
}

it('runs of several processes in one store at once each have their record, and their sums', {
  timeout: 60_000,
}, async context => {
  const args = ['--runs', '12', '--processes', '2', '--at-once', '3']
  const { ids, wrong } = await runCampaign<Crowd>(context, 'crowd', args)
  expect(wrong).toEqual([])
  expect(ids).toBe(12)
})
