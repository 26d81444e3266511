// The campaign in small: a write takes a fifth of a second. Its figures are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface SlowDisk extends CampaignReport {
  readonly judged: readonly { readonly epochs: number }[]
}

it('a training does not wait for a slow disk, and nothing of it is lost', {
  timeout: 60_000,
}, async context => {
  const { judged, wrong } = await runCampaign<SlowDisk>(context, 'slow-disk', [
    '--ms',
    '200',
    '--seconds',
    '2',
    '--only',
    'never yields',
  ])
  expect(wrong).toEqual([])
  expect(judged.map(({ epochs }) => epochs > 5)).toEqual([true])
})
