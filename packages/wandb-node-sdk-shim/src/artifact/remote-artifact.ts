import { platform } from '#platform'
import { WandbError } from '../errors.js'
import { ARTIFACT_BY_NAME, ARTIFACT_FILE_URLS, ARTIFACT_MANIFEST } from '../graphql/operations.js'
import type { JsonObject, WandbClient } from '../http/wandb-client.js'
import { eachLimited } from '../upload/each-limited.js'
import { md5Base64 } from './digest.js'
import { type ManifestFile, parseManifest } from './manifest.js'

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
  /** Fetches one file and checks its digest; undefined if the artifact has no such file. */
  read(path: string): Promise<Uint8Array | undefined>
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

interface Owner {
  readonly entity: string
  readonly project: string
}

/** @throws {WandbError} `USAGE` for a name of another form. */
export const lookUpArtifact = async (
  name: string,
  owner: Owner,
  client: WandbClient,
  signal: AbortSignal,
): Promise<RemoteArtifact | undefined> => {
  const place = parseName(name, owner)
  const data = await client.query(ARTIFACT_BY_NAME, { ...place, entity: place.entity || null }, signal)
  const found = (data.project as JsonObject | null)?.artifact as JsonObject | null | undefined
  if (!found) return undefined
  const sequence = (found.artifactSequence as JsonObject).name
  const id = String(found.id)
  return {
    id,
    name: `${String(sequence)}:v${String(found.versionIndex ?? 0)}`,
    type: String((found.artifactType as JsonObject).name),
    digest: String(found.digest),
    download: async dir => {
      const fetchFile = await fileFetcher(id, client, signal)
      const files = fetchFile.files.filter(file => file.ref === undefined)
      await eachLimited(files, CONCURRENT_DOWNLOADS, async file => {
        await platform.files.writeBelow(dir, file.path, await fetchFile(file))
      })
      return dir
    },
    read: async path => {
      const fetchFile = await fileFetcher(id, client, signal)
      const file = fetchFile.files.find(file => file.path === path && file.ref === undefined)
      return file && fetchFile(file)
    },
  }
}

/** @throws {WandbError} `USAGE` for a name of another form, `COMMUNICATION` if there is no such artifact. */
export const findArtifact = async (
  name: string,
  owner: Owner,
  client: WandbClient,
  signal: AbortSignal,
): Promise<RemoteArtifact> => {
  const found = await lookUpArtifact(name, owner, client, signal)
  if (found) return found
  const place = parseName(name, owner)
  throw new WandbError(
    'COMMUNICATION',
    `The server has no artifact ${place.name} in ${place.entity}/${place.project}.`,
  )
}

/** Fetches single files of an artifact, checked against its manifest. */
const fileFetcher = async (id: string, client: WandbClient, signal: AbortSignal) => {
  const data = await client.query(ARTIFACT_MANIFEST, { artifact_id: id }, signal)
  const manifest = (data.artifact as JsonObject | null)?.currentManifest as {
    file: { directUrl: string }
  } | null
  if (!manifest)
    throw new WandbError('COMMUNICATION', 'The artifact has no manifest: its upload was not completed.')
  const files = parseManifest(
    new TextDecoder().decode(await client.download(manifest.file.directUrl, signal)),
  )
  const urls = await fileUrls(id, client, signal)
  const fetchFile = async ({ path, digest }: ManifestFile): Promise<Uint8Array> => {
    const url = urls.get(path)
    if (!url)
      throw new WandbError('COMMUNICATION', `The server gives no address for the artifact's file ${path}.`)
    const bytes = await client.download(url, signal)
    if (md5Base64(bytes) === digest) return bytes
    throw new WandbError(
      'COMMUNICATION',
      `The artifact's file ${path} came with another content than its manifest says.`,
    )
  }
  return Object.assign(fetchFile, { files })
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
