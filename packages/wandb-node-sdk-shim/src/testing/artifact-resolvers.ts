import { createHash, randomUUID } from 'node:crypto'
import { type Input, type ResolverOptions, text } from './resolver-options.js'
import { rowKey, type StubArtifact } from './state.js'
import { createViews } from './views.js'

/** Answers to the operations on artifacts. Contents are checked as a server would: by their digests, at the commit. */
export const createArtifactResolvers = ({ state, entityOf, baseUrl }: ResolverOptions) => {
  const { runs, artifacts, blobs } = state
  const { artifactView } = createViews(state, baseUrl)

  const artifactById = (id: unknown): StubArtifact => {
    const found = artifacts.find(artifact => artifact.id === id)
    if (!found) throw new Error(`artifact ${String(id)} not found`)
    return found
  }

  return {
    artifact: ({ id }: { id: string }) => {
      const found = artifacts.find(artifact => artifact.id === id)
      return found ? artifactView(found) : null
    },
    clientIDMapping: ({ clientID }: { clientID: string }) => {
      const found = artifacts.find(
        ({ input }) => input.clientID === clientID || input.sequenceClientID === clientID,
      )
      return found ? { serverID: found.id } : null
    },
    createArtifactType: ({ input }: Input) => ({
      artifactType: { id: `type:${text(input.name)}`, name: text(input.name) },
    }),
    createArtifact: ({ input }: Input) => {
      const collection =
        text(input.artifactCollectionName) ||
        text((input.artifactCollectionNames as unknown[] | undefined)?.[0])
      const versions = artifacts.filter(
        other =>
          other.collection === collection &&
          other.project === input.projectName &&
          other.state === 'COMMITTED',
      )
      const same = versions.find(other => other.digest === input.digest)
      if (same && input.enableDigestDeduplication) return { artifact: artifactView(same) }
      const artifact: StubArtifact = {
        id: `artifact:${randomUUID()}`,
        entity: entityOf(input.entityName),
        project: text(input.projectName),
        type: text(input.artifactTypeName),
        collection,
        digest: text(input.digest),
        versionIndex: versions.length,
        input,
        state: 'PENDING',
        files: new Map(),
        manifest: undefined,
      }
      artifacts.push(artifact)
      return { artifact: artifactView(artifact) }
    },
    createArtifactManifest: ({ input }: Input) => {
      const artifact = artifactById(input.artifactID)
      const storagePath = `manifest/${encodeURIComponent(artifact.id)}`
      if (text(input.digest)) artifact.manifest = { digest: text(input.digest), storagePath }
      return {
        artifactManifest: {
          id: `manifest:${artifact.id}`,
          file: {
            id: `file:${artifact.id}`,
            name: text(input.name),
            uploadUrl: () => `${baseUrl()}/storage/${storagePath}`,
            uploadHeaders: ['X-Stub-Upload:manifest'],
          },
        },
      }
    },
    createArtifactFiles: ({ input }: Input) => ({
      files: {
        pageInfo: { hasNextPage: false, endCursor: null },
        edges: (input.artifactFiles as Record<string, unknown>[]).map(spec => {
          const artifact = artifactById(spec.artifactID)
          const md5 = text(spec.md5)
          const storagePath = `content/${createHash('sha1').update(md5).digest('hex')}`
          const earlier = artifacts.find(other => [...other.files.values()].some(file => file.md5 === md5))
          const isKnown = blobs.has(storagePath)
          const birth = isKnown && earlier ? earlier.id : artifact.id
          artifact.files.set(text(spec.name), { md5, storagePath, birth })
          const parts = spec.uploadPartsInput as { partNumber: unknown }[] | null | undefined
          return {
            cursor: text(spec.name),
            node: {
              name: text(spec.name),
              displayName: text(spec.name),
              storagePath,
              uploadUrl: () => (isKnown ? null : `${baseUrl()}/storage/${storagePath}`),
              uploadHeaders: [`Content-MD5:${md5}`, 'Content-Type:application/octet-stream'],
              uploadMultipartUrls:
                parts && !isKnown
                  ? {
                      uploadID: `upload-${artifact.id}`,
                      uploadUrlParts: parts.map(({ partNumber }) => ({
                        partNumber,
                        uploadUrl: `${baseUrl()}/storage/${storagePath}.part${String(partNumber)}`,
                      })),
                    }
                  : null,
              artifact: { id: birth },
            },
          }
        }),
      },
    }),
    completeMultipartUploadArtifact: ({ input }: Input) => {
      const storagePath = text(input.storagePath)
      const parts = (input.completedParts as { partNumber: unknown; hexMD5: string }[]).map(
        ({ partNumber, hexMD5 }) => {
          const bytes = blobs.get(`${storagePath}.part${String(partNumber)}`)
          if (!bytes) throw new Error(`part ${String(partNumber)} did not arrive`)
          const md5 = createHash('md5').update(bytes).digest('hex')
          if (hexMD5.replaceAll('"', '') !== md5)
            throw new Error(`part ${String(partNumber)} has another ETag`)
          return bytes
        },
      )
      blobs.set(storagePath, Buffer.concat(parts))
      return { digest: createHash('md5').update(Buffer.concat(parts)).digest('base64') }
    },
    commitArtifact: ({ input }: Input) => {
      const artifact = artifactById(input.artifactID)
      for (const [name, { md5, storagePath }] of artifact.files) {
        const bytes = blobs.get(storagePath)
        if (!bytes) throw new Error(`${name} was never uploaded`)
        const actual = createHash('md5').update(bytes).digest('base64')
        if (actual !== md5) throw new Error(`${name} has MD5 ${actual}, its spec ${md5}`)
      }
      const manifest = artifact.manifest && blobs.get(artifact.manifest.storagePath)
      if (!manifest) throw new Error('the manifest was never uploaded')
      const digest = createHash('md5').update(manifest).digest('base64')
      if (digest !== artifact.manifest?.digest) throw new Error(`the manifest has MD5 ${digest}`)
      artifact.state = 'COMMITTED'
      return { artifact: artifactView(artifact) }
    },
    useArtifact: ({ input }: Input) => {
      const key = rowKey(text(input.entityName), text(input.projectName), text(input.runName))
      const artifact = artifactById(input.artifactID)
      runs.get(key)?.used.push(artifact.id)
      return { artifact: artifactView(artifact) }
    },
  }
}
