// The campaign in small; all its cases are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface Clocks extends CampaignReport {
  readonly judged: readonly { readonly name: string; readonly warnings: readonly string[] }[]
}

it("a training keeps energy, durations and the grid's hours while its clock is put right by a year", {
  timeout: 60_000,
}, async context => {
  const args = ['--seconds', '3', '--only', 'a year ahead']
  const { judged, wrong } = await runCampaign<Clocks>(context, 'clocks', args)
  expect(wrong).toEqual([])
  expect(judged).toEqual([expect.objectContaining({ warnings: ['CLOCK_SET'] })])
})
