import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OWN_FILES_FOLDER, type RecordEvent, type RunRecord } from '@epochwatt/core'
import type { MlflowClient } from 'mlflow-js-client'
import { runInputs } from './inputs.js'
import { withTable } from './logged-tables.js'
import { totalMetrics } from './metrics.js'
import { withSummary } from './note.js'
import { energyParams } from './params.js'
import type { Refusals } from './refusals.js'
import { RUN_TAG, type RunTarget } from './run-target.js'

const TABLE = 'energy/epochs.json'

const endStatus = ({ status }: RunRecord): 'FINISHED' | 'FAILED' | 'KILLED' =>
  status === 'finished' ? 'FINISHED' : status === 'killed' ? 'KILLED' : 'FAILED'

const filesOf = async (record: RunRecord): Promise<Readonly<Record<string, string>>> => {
  // A hundred modules that nothing needs while a training runs.
  const { epochTable, powerSvg, renderHtmlReport, samplesCsv } = await import('@epochwatt/report')
  const power = powerSvg(record)
  return {
    'energy/report.html': renderHtmlReport(record),
    'energy/record.json': `${JSON.stringify(record, undefined, 2)}\n`,
    'energy/samples.csv': samplesCsv(record),
    ...(power !== undefined && { 'energy/power.svg': power }),
    [TABLE]: JSON.stringify(epochTable(record)),
  }
}

/** Totals, what they stand on, the files, a summary in the description; then the run is over, if it is ours. */
export const sendRecord = async (
  client: MlflowClient,
  { runId, isOurs }: RunTarget,
  { record, timeMs, directory }: RecordEvent,
  refusals: Refusals,
): Promise<void> => {
  const facts = isOurs ? { ...record.params, ...energyParams(record) } : energyParams(record)
  // A param can never change, and a run of somebody else's may be joined twice: there it is a tag.
  const named = isOurs ? { params: facts } : { tags: facts }
  await refusals.ofBatch('params', () => client.runs.logBatch(runId, named))
  await refusals.ofBatch('totals', () =>
    client.runs.logBatch(runId, { metrics: totalMetrics(record, timeMs) }),
  )
  for (const [path, text] of Object.entries(await filesOf(record))) {
    await refusals.of(`artifact "${path}"`, async () => {
      await client.artifacts.upload(runId, path, text)
    })
  }
  const ownFiles = join(directory, OWN_FILES_FOLDER)
  if (directory !== '' && existsSync(ownFiles)) {
    await refusals.of('artifacts', async () => {
      await client.artifacts.uploadFile(runId, ownFiles)
    })
  }
  const inputs = runInputs(record)
  if (inputs) await refusals.of('inputs', () => client.runs.logInputs(runId, inputs))
  const { tags } = (await client.runs.get(runId)).data
  await refusals.ofBatch('tags', () =>
    client.runs.setTags(runId, {
      [RUN_TAG]: record.id,
      'mlflow.note.content': withSummary(tags['mlflow.note.content'], record),
      'mlflow.loggedArtifacts': withTable(tags['mlflow.loggedArtifacts'], TABLE),
    }),
  )
  if (isOurs) await client.runs.end(runId, endStatus(record), Date.parse(record.ended_at))
}
