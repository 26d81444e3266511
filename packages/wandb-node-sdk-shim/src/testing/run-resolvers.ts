import { parseExtended } from '../json/extended-json.js'
import { type Input, type ResolverOptions, text } from './resolver-options.js'
import { rowKey, type StubRun } from './state.js'
import { createViews } from './views.js'

/** Answers to the operations on runs, projects and the user. */
export const createRunResolvers = ({
  state,
  entity: ownEntity,
  entityOf,
  baseUrl,
  refusedFiles,
}: ResolverOptions) => {
  const { runs } = state
  const { runView, projectView } = createViews(state, baseUrl)

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
        createdAt: new Date().toISOString(),
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
  }
}
