import type { RunRecord } from '@epochwatt/core'
import { Artifact, stringifyExtended, Table } from 'wandb-node-sdk-shim'

/** The name of a record's artifact, by the record's id. */
export const energyArtifactName = (id: string): string => `energy-${id.replace(/[^\w.-]/g, '-')}`

/** Everything about a run in files. Equal records make equal artifacts, of which W&B keeps one. */
export const energyArtifact = async (record: RunRecord): Promise<Artifact> => {
  // A hundred modules that nothing needs while a training runs.
  const { epochTable, renderHtmlReport, samplesCsv } = await import('@epochwatt/report')
  const artifact = new Artifact(energyArtifactName(record.id), 'energy-report', {
    description: `Energy and carbon of the run ${record.name}`,
  })
  artifact.addBuffer('report.html', renderHtmlReport(record))
  artifact.addBuffer('record.json', `${JSON.stringify(record, undefined, 2)}\n`)
  artifact.addBuffer('samples.csv', samplesCsv(record))
  artifact.addBuffer('epochs.table.json', stringifyExtended(new Table(epochTable(record)).toArtifactJson()))
  return artifact
}
