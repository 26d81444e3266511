// The campaign in small; its figures at two hundred deaths are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Segments extends CampaignReport {
  readonly packed: number
}

it('what a journal held when its writer was killed between two segments, or packing one, is there once', {
  timeout: 60_000,
}, async context => {
  const args = ['--kills', '8', '--seed', String(Date.now() % 1e6)]
  const { packed, wrong } = await runCampaign<Segments>(context, 'segments', args)
  expect(wrong).toEqual([])
  expect(packed).toBeGreaterThan(0)
})
