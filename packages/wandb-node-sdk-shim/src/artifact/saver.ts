import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { WandbError } from '../errors.js'
import {
  COMMIT_ARTIFACT,
  CREATE_ARTIFACT,
  CREATE_ARTIFACT_FILES,
  CREATE_ARTIFACT_MANIFEST,
  USE_ARTIFACT,
} from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import type { BodyOf } from '../record/record-body.js'
import { eachLimited } from '../upload/each-limited.js'
import { md5Base64 } from './digest.js'
import { filesOfRecord, type ManifestFile, manifestJson } from './manifest.js'
import { type FileParts, MULTIPART_BYTES, partsOfFile, type UploadTarget, uploadParts } from './multipart.js'

const FILES_PER_REQUEST = 200
const CONCURRENT_UPLOADS = 16

export interface SaverOptions {
  readonly client: WandbClient
  readonly run: { readonly entity: string; readonly project: string; readonly run: string }
  /** The folder of copies, where a file is looked for if it is not where its record says: the run may have moved. */
  readonly artifactsDir: string
  readonly signal: AbortSignal
  /** Files of this size and more go in parts. */
  readonly multipartBytes?: number
}

interface LocalFile {
  readonly file: ManifestFile
  readonly path: string
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
  await removeCopies(files, options.artifactsDir)
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
      const path = locate(file.localPath!, options.artifactsDir)
      const isLarge = statSync(path).size >= multipartBytes
      batch.push({ file, path, ...(isLarge ? { large: await partsOfFile(path, multipartBytes) } : {}) })
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
  { file, path, large }: LocalFile,
  target: UploadTarget,
  { client, signal }: SaverOptions,
) => {
  if (!target.uploadUrl) return
  if (large && target.uploadMultipartUrls) return uploadParts(file.path, path, large, target, client, signal)
  await client.upload(target.uploadUrl, target.uploadHeaders ?? [], { name: file.path, path }, signal)
}

const uploadText = async (text: string, manifest: JsonObject, { client, signal }: SaverOptions) => {
  const file = manifest.file as { uploadUrl?: string | null; uploadHeaders?: string[] | null }
  if (!file.uploadUrl) return
  const dir = await mkdtemp(join(tmpdir(), 'wandb-manifest-'))
  try {
    const path = join(dir, 'wandb_manifest.json')
    await writeFile(path, text)
    await client.upload(
      file.uploadUrl,
      file.uploadHeaders ?? [],
      { name: 'wandb_manifest.json', path },
      signal,
    )
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const locate = (path: string, artifactsDir: string): string => {
  if (existsSync(path)) return path
  const moved = join(artifactsDir, basename(path))
  if (existsSync(moved)) return moved
  throw new WandbError(
    'USAGE',
    `The artifact's file ${path} is gone; it may have been uploaded and removed already.`,
  )
}

/** Our copies have done their work; files of others stay. */
const removeCopies = async (files: readonly ManifestFile[], artifactsDir: string) => {
  for (const { localPath } of files) {
    if (localPath && dirname(localPath) === artifactsDir) await rm(localPath, { force: true })
  }
}
