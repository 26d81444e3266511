import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunRecord } from '@epochwatt/core'
import { Artifact } from 'wandb-node-sdk-shim'

/** In a run's folder: what the work itself left there, such as its model. */
const OWN_FILES = 'artifacts'

/** The files of a run's own, where it has any. */
export const filesArtifact = (record: RunRecord, directory: string): Artifact | undefined => {
  const folder = join(directory, OWN_FILES)
  if (directory === '' || !existsSync(folder)) return undefined
  const artifact = new Artifact(`files-${record.id.replace(/[^\w.-]/g, '-')}`, 'model', {
    description: `Files of the run ${record.name}`,
  })
  artifact.addDir(folder)
  return artifact
}
