import { stringifyExtended } from '../json/extended-json.js'
import type { BodyOf } from '../record/record-body.js'
import type { Artifact } from './artifact.js'
import type { ManifestEntry } from './manifest.js'

/** How a version of an artifact is named. */
export interface LogArtifactOptions {
  /** Names for this version; default `latest`. */
  aliases?: readonly string[]
  tags?: readonly string[]
}

/** The record by which a run logs an artifact. */
export const artifactRecordOf = (
  artifact: Artifact,
  entries: readonly ManifestEntry[],
  digest: string,
  run: { readonly runId: string; readonly project: string; readonly entity: string },
  { aliases = ['latest'], tags = [] }: LogArtifactOptions = {},
  useAfterCommit = false,
): BodyOf<'artifact'> => ({
  ...run,
  type: artifact.type,
  name: artifact.name,
  digest,
  ...(artifact.description === undefined ? {} : { description: artifact.description }),
  ...(Object.keys(artifact.metadata).length > 0 ? { metadata: stringifyExtended(artifact.metadata) } : {}),
  useAfterCommit,
  aliases: [...aliases],
  tags: [...tags],
  manifest: {
    version: 1,
    storagePolicy: 'wandb-storage-policy-v1',
    storagePolicyConfig: [{ key: 'storageLayout', valueJson: '"V2"' }],
    contents: entries.map(({ size, ...entry }) => ({ ...entry, size: BigInt(size) })),
  },
  finalize: true,
  clientId: artifact.clientId,
  sequenceClientId: artifact.sequenceClientId,
})
