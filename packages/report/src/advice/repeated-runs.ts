import type { RunRecord } from '@epochwatt/core'
import { repeatedRuns as groupsOf } from '../reading/configuration.js'
import { type Finding, ids, linkTo, runsText, savingOf } from './finding.js'

/** Runs whose parameters and tags an earlier finished run already had. */
export const repeatedRuns = (records: readonly RunRecord[]): readonly Finding[] => {
  const groups = groupsOf(records)
  const repeats = groups.flatMap(group => group.slice(1))
  const parts = repeats.flatMap(record =>
    record.energy.total_kwh ? [{ record, energy: record.energy.total_kwh }] : [],
  )
  if (parts.length === 0) return []
  const configurations = groups.length === 1 ? 'one configuration' : `${groups.length} configurations`
  return [
    {
      code: 'repeated-runs',
      title: 'Reusing results instead of repeating runs',
      text: `${runsText(parts.length)} ${parts.length === 1 ? 'repeats' : 'repeat'} ${configurations}: project, parameters and tags are those of an earlier run that finished. Where a seed was not logged they may have been meant to show how results scatter.`,
      how: 'All energy of the repetitions, the first run of each configuration left out, × PUE × mean intensity of each.',
      link: linkTo('repeated-runs'),
      runs: ids(parts.map(({ record }) => record)),
      saving: savingOf(parts),
    },
  ]
}
