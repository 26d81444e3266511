// The campaign in small: an hour and a half in segments of 64 kB; its figures for a week are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface LongRun extends CampaignReport {
  readonly journal: { readonly segments: number; readonly packed: number }
  readonly record: { readonly epochs: number }
}

it('a long run goes on from segment to segment, is followed in little memory, and its record is of all of it', async context => {
  const args = ['--days', '0.0625', '--segment-kb', '64']
  const { journal, record, wrong } = await runCampaign<LongRun>(context, 'long-run', args)
  expect(wrong).toEqual([])
  expect(journal.segments).toBeGreaterThan(8)
  expect(journal.packed).toBeGreaterThan(5)
  expect(record.epochs).toBe(90)
})
