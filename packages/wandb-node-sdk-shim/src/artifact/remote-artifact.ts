import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { WandbError } from '../errors.js'
import { ARTIFACT_BY_NAME, ARTIFACT_FILE_URLS, ARTIFACT_MANIFEST } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import { eachLimited } from '../upload/each-limited.js'
import { md5Base64 } from './digest.js'
import { parseManifest } from './manifest.js'

const FILES_PER_PAGE = 500
const CONCURRENT_DOWNLOADS = 16

/** A version of an artifact that the server has. */
export interface RemoteArtifact {
  readonly id: string
  /** `name:v3`. */
  readonly name: string
  readonly type: string
  readonly digest: string
  /** Fetches all files into `dir`, checks their digests, and answers `dir`. References are not followed. */
  download(dir: string): Promise<string>
}

/** `entity/project/name:alias`, the first two optional, the alias `latest` by default. */
const parseName = (name: string, owner: { entity: string; project: string }) => {
  const labels = name.split('/')
  const own = labels.pop()!
  const project = labels.pop() ?? owner.project
  const entity = labels.pop() ?? owner.entity
  if (labels.length > 0 || own === '') {
    throw new WandbError(
      'USAGE',
      `Artifact ${JSON.stringify(name)}; accepted: [[entity/]project/]name[:alias].`,
    )
  }
  return { entity, project, name: own.includes(':') ? own : `${own}:latest` }
}

/** @throws {WandbError} `USAGE` for a name of another form, `COMMUNICATION` if there is no such artifact. */
export const findArtifact = async (
  name: string,
  owner: { entity: string; project: string },
  client: WandbClient,
  signal: AbortSignal,
): Promise<RemoteArtifact> => {
  const place = parseName(name, owner)
  const data = await client.query(ARTIFACT_BY_NAME, { ...place, entity: place.entity || null }, signal)
  const found = (data.project as JsonObject | null)?.artifact as JsonObject | null | undefined
  if (!found) {
    throw new WandbError(
      'COMMUNICATION',
      `The server has no artifact ${place.name} in ${place.entity}/${place.project}.`,
    )
  }
  const sequence = (found.artifactSequence as JsonObject).name
  const id = String(found.id)
  return {
    id,
    name: `${String(sequence)}:v${String(found.versionIndex ?? 0)}`,
    type: String((found.artifactType as JsonObject).name),
    digest: String(found.digest),
    download: async dir => {
      await downloadFiles(id, resolve(dir), client, signal)
      return dir
    },
  }
}

const downloadFiles = async (
  id: string,
  dir: string,
  client: WandbClient,
  signal: AbortSignal,
): Promise<void> => {
  const data = await client.query(ARTIFACT_MANIFEST, { artifact_id: id }, signal)
  const manifest = (data.artifact as JsonObject | null)?.currentManifest as {
    file: { directUrl: string }
  } | null
  if (!manifest)
    throw new WandbError('COMMUNICATION', 'The artifact has no manifest: its upload was not completed.')
  const text = (await client.download(manifest.file.directUrl, signal)).toString('utf8')
  const urls = await fileUrls(id, client, signal)
  const files = parseManifest(text).filter(file => file.ref === undefined)
  await eachLimited(files, CONCURRENT_DOWNLOADS, async ({ path, digest }) => {
    const url = urls.get(path)
    const target = resolve(dir, path)
    // The server's word is no reason to write outside the folder.
    if (!target.startsWith(dir + sep))
      throw new WandbError('COMMUNICATION', `The artifact's file ${path} points outside.`)
    if (!url)
      throw new WandbError('COMMUNICATION', `The server gives no address for the artifact's file ${path}.`)
    const bytes = await client.download(url, signal)
    if (md5Base64(bytes) !== digest) {
      throw new WandbError(
        'COMMUNICATION',
        `The artifact's file ${path} came with another content than its manifest says.`,
      )
    }
    mkdirSync(dirname(target), { recursive: true })
    await writeFile(join(dir, path), bytes)
  })
}

const fileUrls = async (
  id: string,
  client: WandbClient,
  signal: AbortSignal,
): Promise<Map<string, string>> => {
  const urls = new Map<string, string>()
  for (let cursor: string | null = null; ; ) {
    const data: JsonObject = await client.query(
      ARTIFACT_FILE_URLS,
      { id, cursor, perPage: FILES_PER_PAGE },
      signal,
    )
    const { edges, pageInfo } = (data.artifact as JsonObject).files as unknown as {
      edges: { node: { name: string; directUrl: string } }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
    for (const { node } of edges) urls.set(node.name, node.directUrl)
    if (!pageInfo.hasNextPage) return urls
    cursor = pageInfo.endCursor
  }
}
