import { parseExtended, stringifyExtended } from '../json/extended-json.js'
import { rowKey, type StubArtifact, type StubRun, type StubState } from './state.js'

/** How what the stub keeps looks through the schema. */
export const createViews = ({ runs, artifacts }: StubState, baseUrl: () => string) => {
  const tailOf = (lines: readonly string[]) => JSON.stringify(lines.slice(-1))

  const runsOf = (entity: string, project: string) =>
    [...runs.values()].filter(run => run.entity === entity && run.project === project)

  const runView = (run: StubRun): object => ({
    id: run.id,
    name: run.name,
    displayName: run.displayName,
    config: stringifyExtended(run.config as never),
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
    state: run.exitCode === undefined ? 'running' : run.exitCode === 0 ? 'finished' : 'failed',
    createdAt: run.createdAt,
    heartbeatAt: run.createdAt,
    commit: run.commit,
    readOnly: false,
    projectId: '1',
    systemMetrics: '{}',
    historyKeys: { keys: {}, lastStep: run.history.length },
    user: { id: 'user:1', name: run.entity, username: run.entity },
    events: () => run.events,
    history: ({ minStep, maxStep, samples }: { minStep?: number; maxStep?: number; samples?: number }) =>
      run.history
        .filter(line => {
          const step = (parseExtended(line) as { _step: number })._step
          return step >= (minStep ?? 0) && step < (maxStep ?? Number.POSITIVE_INFINITY)
        })
        .slice(0, samples ?? 500),
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
    internalId: '1',
    readOnly: false,
    runCount: () => runsOf(entity, name).length,
    runs: ({ after, first = 50 }: { after?: string | null; first?: number }) => {
      const all = runsOf(entity, name)
      const start = after ? Number(after) : 0
      const end = Math.min(all.length, start + first)
      return {
        pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
        edges: all
          .slice(start, end)
          .map((run, index) => ({ cursor: String(start + index + 1), node: runView(run) })),
      }
    },
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

  return { runView, projectView, artifactView }
}
