import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OWN_FILES_FOLDER, type RunRecord } from '@epochwatt/core'
import { Artifact } from 'wandb-node-sdk-shim'

/** What the work itself left in the run's folder, such as its model; undefined where there is nothing. */
export const filesArtifact = (record: RunRecord, directory: string): Artifact | undefined => {
  const folder = join(directory, OWN_FILES_FOLDER)
  if (directory === '' || !existsSync(folder)) return undefined
  const artifact = new Artifact(`files-${record.id.replace(/[^\w.-]/g, '-')}`, 'model', {
    description: `Files of the run ${record.name}`,
  })
  artifact.addDir(folder)
  return artifact
}
