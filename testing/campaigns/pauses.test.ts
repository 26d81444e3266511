// The campaign in small; all its cases are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Pauses extends CampaignReport {
  readonly judged: readonly { readonly warnings: readonly string[] }[]
}

it('a sleep of the machine is in the dates of a run, and in neither its duration nor its energy', {
  timeout: 60_000,
}, async context => {
  const args = ['--pause-seconds', '3', '--only', 'nothing is drawn']
  const { judged, wrong } = await runCampaign<Pauses>(context, 'pauses', args)
  expect(wrong).toEqual([])
  expect(judged).toEqual([expect.objectContaining({ warnings: ['MACHINE_SLEPT'] })])
})
