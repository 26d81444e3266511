import { platform } from '#platform'
import { WandbError } from '../errors.js'
import {
  COMMIT_ARTIFACT,
  CREATE_ARTIFACT,
  CREATE_ARTIFACT_FILES,
  CREATE_ARTIFACT_MANIFEST,
  USE_ARTIFACT,
} from '../graphql/operations.js'
import type { Content } from '../http/content.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import type { BodyOf } from '../record/record-body.js'
import type { RunStorage } from '../storage/run-storage.js'
import { eachLimited } from '../upload/each-limited.js'
import { md5Base64 } from './digest.js'
import { filesOfRecord, type ManifestFile, manifestJson } from './manifest.js'
import { type FileParts, MULTIPART_BYTES, partsOfFile, type UploadTarget, uploadParts } from './multipart.js'

const FILES_PER_REQUEST = 200
const CONCURRENT_UPLOADS = 16

export interface SaverOptions {
  readonly client: WandbClient
  readonly run: { readonly entity: string; readonly project: string; readonly run: string }
  readonly storage: RunStorage
  readonly signal: AbortSignal
  /** Files of this size and more go in parts. */
  readonly multipartBytes?: number
}

interface LocalFile {
  readonly file: ManifestFile
  readonly content: Content
  readonly large?: FileParts
}

/** Uploads one artifact and answers the server's id for it. */
export const saveArtifact = async (
  record: BodyOf<'artifact'>,
  historyStep: number,
  options: SaverOptions,
): Promise<string> => {
  const { client, run, signal } = options
  // A record from an offline run may lack the owner, who is known only now.
  const owner = { entityName: record.entity || run.entity, projectName: record.project || run.project }
  const runName = record.runId || run.run
  const files = filesOfRecord(record)
  const created = await client.query(
    CREATE_ARTIFACT,
    { input: createInput(record, owner, runName, historyStep) },
    signal,
  )
  const artifact = (created.createArtifact as JsonObject).artifact as JsonObject
  const id = String(artifact.id)
  // The server knows an artifact of the same content: nothing to upload.
  if (artifact.state !== 'COMMITTED') {
    const latest = (artifact.artifactSequence as JsonObject | null)?.latestArtifact as JsonObject | null
    const manifest = {
      artifactID: id,
      baseArtifactID: latest?.id ?? null,
      name: 'wandb_manifest.json',
      ...owner,
      runName,
      manifestType: 'FULL',
    }
    const place = manifestOf(
      await client.query(CREATE_ARTIFACT_MANIFEST, { ...manifest, digest: '', includeUpload: false }, signal),
    )
    await uploadFiles(id, String(place.id), files, options)
    const json = manifestJson(files)
    const upload = await client.query(
      CREATE_ARTIFACT_MANIFEST,
      { ...manifest, digest: md5Base64(json), includeUpload: true },
      signal,
    )
    await uploadText(json, manifestOf(upload), options)
    await client.query(COMMIT_ARTIFACT, { artifactID: id }, signal)
  }
  if (record.useAfterCommit) {
    await client.query(USE_ARTIFACT, { input: { ...owner, runName, artifactID: id } }, signal)
  }
  for (const { localPath } of files) if (localPath) await options.storage.discard(localPath)
  return id
}

const createInput = (
  record: BodyOf<'artifact'>,
  owner: { entityName: string; projectName: string },
  runName: string,
  historyStep: number,
): JsonObject => {
  const name = record.name ?? ''
  return {
    ...owner,
    runName: record.userCreated ? null : runName,
    artifactTypeName: record.type ?? '',
    artifactCollectionName: name,
    digest: record.digest ?? '',
    digestAlgorithm: 'MANIFEST_MD5',
    description: record.description || null,
    aliases: (record.aliases ?? []).map(alias => ({ artifactCollectionName: name, alias })),
    ...(record.tags?.length ? { tags: record.tags.map(tagName => ({ tagName })) } : {}),
    metadata: record.metadata || null,
    ...(record.ttlDurationSeconds ? { ttlDurationSeconds: Number(record.ttlDurationSeconds) } : {}),
    ...(historyStep > 0 ? { historyStep } : {}),
    enableDigestDeduplication: true,
    clientID: record.clientId ?? '',
    sequenceClientID: record.sequenceClientId ?? '',
  }
}

const manifestOf = (data: JsonObject): JsonObject =>
  (data.createArtifactManifest as JsonObject).artifactManifest as JsonObject

const uploadFiles = async (
  artifactID: string,
  artifactManifestID: string,
  files: ManifestFile[],
  options: SaverOptions,
) => {
  const { client, signal, multipartBytes = MULTIPART_BYTES } = options
  const local = files.filter(file => file.localPath !== undefined)
  for (let start = 0; start < local.length; start += FILES_PER_REQUEST) {
    const batch: LocalFile[] = []
    for (const file of local.slice(start, start + FILES_PER_REQUEST)) {
      const content = options.storage.staged(file.localPath!)
      const isLarge = (await platform.sizeOf(content)) >= multipartBytes
      batch.push({ file, content, ...(isLarge ? { large: await partsOfFile(content, multipartBytes) } : {}) })
    }
    const artifactFiles = batch.map(
      ({ file, large }): JsonObject => ({
        artifactID,
        artifactManifestID,
        name: file.path,
        md5: file.digest,
        ...(large ? { uploadPartsInput: large.parts.map(part => ({ ...part })) } : {}),
      }),
    )
    const data = await client.query(CREATE_ARTIFACT_FILES, { artifactFiles, storageLayout: 'V2' }, signal)
    const { edges } = (data.createArtifactFiles as JsonObject).files as unknown as {
      edges: { node: UploadTarget }[]
    }
    if (edges.length !== batch.length) {
      throw new WandbError(
        'COMMUNICATION',
        `CreateArtifactFiles: ${batch.length} files asked for, ${edges.length} answered.`,
      )
    }
    await eachLimited(batch, CONCURRENT_UPLOADS, async (local, index) => {
      const target = edges[index]!.node
      await uploadFile(local, target, options)
      if (target.artifact) local.file.birthArtifactID = target.artifact.id
    })
  }
}

const uploadFile = async (
  { file, content, large }: LocalFile,
  target: UploadTarget,
  { client, signal }: SaverOptions,
) => {
  if (!target.uploadUrl) return
  if (large && target.uploadMultipartUrls)
    return uploadParts(file.path, content, large, target, client, signal)
  await client.upload(target.uploadUrl, target.uploadHeaders ?? [], { name: file.path, content }, signal)
}

const uploadText = async (text: string, manifest: JsonObject, { client, signal }: SaverOptions) => {
  const file = manifest.file as { uploadUrl?: string | null; uploadHeaders?: string[] | null }
  if (!file.uploadUrl) return
  const content = { bytes: new TextEncoder().encode(text) }
  const part = { name: 'wandb_manifest.json', content }
  await client.upload(file.uploadUrl, file.uploadHeaders ?? [], part, signal)
}
