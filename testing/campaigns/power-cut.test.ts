// The campaign in small; its figures at each of 65 536 bytes are in docs/reliability.md.
import { expect, it } from 'vitest'
import { type CampaignReport, runCampaign } from './run-campaign.js'

interface PowerCut extends CampaignReport {
  readonly results: readonly { readonly opened: number; readonly torn?: number }[]
  readonly recovered: number
}

it('a journal whose end a power cut took, zeroed or overwrote loses the line at the cut alone, and says so', async context => {
  const args = ['--bytes', '4096', '--step', '37', '--records-every', '17', '--recover-every', '40']
  const { results, recovered, wrong } = await runCampaign<PowerCut>(context, 'power-cut', args)
  expect(wrong).toEqual([])
  expect(recovered).toBeGreaterThan(5)
  for (const { opened, torn } of results.filter(result => result.torn !== undefined)) {
    expect(opened).toBe(111)
    expect(torn).toBeGreaterThan(80)
  }
})
