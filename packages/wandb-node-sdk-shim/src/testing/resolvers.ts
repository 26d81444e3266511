import { createHash, randomUUID } from 'node:crypto'
import { parseExtended } from '../json/extended-json.js'
import { rowKey, type StubArtifact, type StubRun, type StubState } from './state.js'

type Input<T = Record<string, unknown>> = { input: T }

export interface ResolverOptions {
  readonly state: StubState
  readonly entity: string
  readonly baseUrl: () => string
  /** Names of run files that get no upload address. */
  readonly refusedFiles: ReadonlySet<string>
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Answers to the operations of the schema, out of `state`. */
export const createResolvers = ({ state, entity: ownEntity, baseUrl, refusedFiles }: ResolverOptions) => {
  const { runs, artifacts, blobs } = state

  const entityOf = (name: unknown): string => {
    const entity = text(name) || ownEntity
    if (entity !== ownEntity) throw new Error(`entity ${entity} not found during upsertBucket`)
    return entity
  }

  const tailOf = (lines: readonly string[]) => JSON.stringify(lines.slice(-1))

  const runView = (run: StubRun) => ({
    id: run.id,
    name: run.name,
    displayName: run.displayName,
    config: JSON.stringify(run.config),
    notes: run.notes,
    tags: run.tags,
    group: run.group,
    jobType: run.jobType,
    summaryMetrics: run.summary || '{}',
    historyLineCount: run.history.length,
    eventsLineCount: run.events.length,
    logLineCount: run.output.length,
    historyTail: tailOf(run.history),
    eventsTail: tailOf(run.events),
    wandbConfig: ({ keys }: { keys?: string[] }) => {
      const own = (run.config._wandb?.value ?? {}) as Record<string, unknown>
      return JSON.stringify(
        keys ? Object.fromEntries(keys.flatMap(key => (key in own ? [[key, own[key]]] : []))) : own,
      )
    },
    project: () => projectView(run.project, run.entity),
  })

  const projectView = (name: string, entity: string) => ({
    id: `project:${entity}/${name}`,
    name,
    entityName: entity,
    entity: { id: `entity:${entity}`, name: entity },
    bucket: ({ name: run }: { name: string }) => {
      const found = runs.get(rowKey(entity, name, run))
      return found ? runView(found) : null
    },
    run: ({ name: run }: { name: string }) => {
      const found = runs.get(rowKey(entity, name, run))
      return found ? runView(found) : null
    },
    artifact: ({ name: wanted }: { name: string }) => {
      const [collection, alias = 'latest'] = wanted.split(':')
      const versions = artifacts.filter(
        found => found.collection === collection && found.project === name && found.state === 'COMMITTED',
      )
      const found =
        alias === 'latest'
          ? versions.at(-1)
          : versions.find(({ versionIndex }) => `v${versionIndex}` === alias)
      return found ? artifactView(found) : null
    },
    artifactType: () => null,
  })

  const artifactView = (artifact: StubArtifact): object => ({
    id: artifact.id,
    digest: artifact.digest,
    state: artifact.state,
    versionIndex: artifact.versionIndex,
    artifactType: { id: `type:${artifact.type}`, name: artifact.type },
    artifactSequence: () => ({
      id: `sequence:${artifact.collection}`,
      name: artifact.collection,
      latestArtifact: () => {
        const latest = artifacts.findLast(
          other =>
            other.collection === artifact.collection && other !== artifact && other.state === 'COMMITTED',
        )
        return latest ? artifactView(latest) : null
      },
    }),
    currentManifest: artifact.manifest && {
      id: `manifest:${artifact.id}`,
      digest: artifact.manifest.digest,
      file: {
        name: 'wandb_manifest.json',
        directUrl: `${baseUrl()}/storage/${artifact.manifest.storagePath}`,
      },
    },
    files: ({ after, first }: { after?: string; first?: number }) => {
      const all = [...artifact.files]
      const start = after ? Number(after) : 0
      const end = Math.min(all.length, start + Math.min(first ?? all.length, 2))
      return {
        pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
        edges: all.slice(start, end).map(([name, { storagePath }]) => ({
          cursor: name,
          node: { name, directUrl: `${baseUrl()}/storage/${storagePath}` },
        })),
      }
    },
  })

  const artifactById = (id: unknown): StubArtifact => {
    const found = artifacts.find(artifact => artifact.id === id)
    if (!found) throw new Error(`artifact ${String(id)} not found`)
    return found
  }

  return {
    viewer: () => ({
      id: 'user:1',
      entity: ownEntity,
      username: ownEntity,
      name: ownEntity,
      email: 'stub@example.invalid',
      flags: '{}',
      admin: false,
      teams: { edges: [] },
    }),
    serverInfo: () => ({
      features: [],
      cliVersionInfo: { max_cli_version: '0.100.0', min_cli_version: '0.0.1' },
      latestLocalVersionInfo: null,
    }),
    model: ({ name, entityName }: { name?: string; entityName?: string }) =>
      projectView(text(name) || 'uncategorized', entityOf(entityName)),
    project: ({ name, entityName }: { name?: string; entityName?: string }) =>
      projectView(text(name) || 'uncategorized', entityOf(entityName)),
    entity: ({ name }: { name?: string }) => ({ id: `entity:${name}`, name: text(name), organization: null }),
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

    upsertBucket: ({ input }: Input) => {
      const entity = entityOf(input.entityName)
      const project = text(input.modelName) || 'uncategorized'
      const byId = [...runs.values()].find(run => run.id === input.id)
      const name = text(input.name) || byId?.name || 'unnamed'
      const key = rowKey(entity, project, name)
      const known = byId ?? runs.get(key)
      const run: StubRun = known ?? {
        id: `bucket:${key}`,
        entity,
        project,
        name,
        displayName: `stub-run-${runs.size + 1}`,
        config: {},
        notes: '',
        tags: [],
        group: '',
        jobType: '',
        commit: '',
        host: '',
        program: '',
        repo: '',
        history: [],
        events: [],
        output: [],
        summary: '',
        uploaded: new Set(),
        files: new Map(),
        alerts: [],
        used: [],
        exitCode: undefined,
        heartbeats: 0,
      }
      runs.set(key, run)
      if (input.displayName) run.displayName = text(input.displayName)
      if (input.config) run.config = parseExtended(text(input.config)) as StubRun['config']
      if (input.notes) run.notes = text(input.notes)
      if (Array.isArray(input.tags)) run.tags = input.tags.map(String)
      run.group = text(input.groupName) || run.group
      run.jobType = text(input.jobType) || run.jobType
      run.commit = text(input.commit) || run.commit
      run.host = text(input.host) || run.host
      run.program = text(input.jobProgram) || run.program
      run.repo = text(input.jobRepo) || run.repo
      if (input.summaryMetrics) run.summary = text(input.summaryMetrics)
      return { bucket: runView(run), inserted: !known }
    },
    upsertModel: ({ input }: Input) => ({ model: projectView(text(input.name), entityOf(input.entityName)) }),

    createRunFiles: ({ input }: Input) => {
      const key = rowKey(text(input.entityName), text(input.projectName), text(input.runName))
      const run = runs.get(key)
      if (!run) throw new Error(`run ${key} not found`)
      return {
        runID: run.id,
        uploadHeaders: ['X-Stub-Upload:run-file'],
        files: (input.files as string[]).map(name => ({
          name,
          uploadUrl: refusedFiles.has(name)
            ? null
            : () => `${baseUrl()}/storage/run/${encodeURIComponent(key)}/${encodeURIComponent(name)}`,
        })),
      }
    },
    markRunFilesUploaded: () => ({ success: true }),
    notifyScriptableRunAlert: ({ input }: Input) => {
      const key = rowKey(text(input.entityName), text(input.projectName), text(input.runName))
      runs.get(key)?.alerts.push({
        title: text(input.title),
        text: text(input.text),
        severity: text(input.severity),
      })
      return { success: true }
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
