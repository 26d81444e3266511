import type { RunRecord } from '@epochwatt/core'
import { renderHtmlReport } from '@epochwatt/report'
import { Artifact, stringifyExtended, Table } from 'wandb-node-sdk-shim'

const epochTable = ({ epochs }: RunRecord): Table => {
  const metrics = [...new Set(epochs.flatMap(epoch => Object.keys(epoch.metrics)))]
  const columns = ['duration_s', 'energy_kwh', 'low_kwh', 'high_kwh', 'tier', 'carbon_g', 'mean_power_w']
  return new Table({
    columns: ['epoch', ...columns, ...metrics],
    data: epochs.map(epoch => [
      epoch.index,
      epoch.ended_s - epoch.started_s,
      epoch.energy_kwh?.value,
      epoch.energy_kwh?.low,
      epoch.energy_kwh?.high,
      epoch.energy_kwh?.tier,
      epoch.carbon_g?.value,
      epoch.mean_power_w,
      ...metrics.map(name => epoch.metrics[name]),
    ]),
  })
}

/** Power over time, one line a point. */
const samplesCsv = ({ power }: RunRecord): string =>
  [
    'seconds,mean_w,min_w,max_w',
    ...power.t_s.map((t, i) => [t, power.mean_w[i], power.min_w[i], power.max_w[i]].join(',')),
    '',
  ].join('\n')

/** Everything about a run in files. Equal records make equal artifacts, of which W&B keeps one. */
export const energyArtifact = (record: RunRecord): Artifact => {
  const artifact = new Artifact(`energy-${record.id.replace(/[^\w.-]/g, '-')}`, 'energy-report', {
    description: `Energy and carbon of the run ${record.name}`,
  })
  artifact.addBuffer('report.html', renderHtmlReport(record))
  artifact.addBuffer('record.json', `${JSON.stringify(record, undefined, 2)}\n`)
  artifact.addBuffer('samples.csv', samplesCsv(record))
  artifact.addBuffer('epochs.table.json', stringifyExtended(epochTable(record).toArtifactJson()))
  return artifact
}
