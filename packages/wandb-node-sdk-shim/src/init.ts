import { rmSync } from 'node:fs'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { type Connected, connect } from './connect.js'
import { WandbError } from './errors.js'
import type { BodyOf, NewBodyOf, RecordBody } from './record/record-body.js'
import { RecordLog } from './record/record-log.js'
import { describeEnvironment, platformName } from './run/environment.js'
import { registerRun } from './run/exit-hooks.js'
import { forgetRunId, recallRunId, rememberRunId } from './run/resume-memory.js'
import { Run } from './run/run.js'
import { RunConfig } from './run/run-config.js'
import { createRunDirectory, linkLatest } from './run/run-directory.js'
import { SummaryTree } from './run/summary-tree.js'
import { createTerminal } from './run/terminal.js'
import { loadSettings } from './settings/node-settings.js'
import { checkedProject, checkedRunId, checkedTags, randomId } from './settings/run-id.js'
import type { Mode, Resume, Settings, SettingsInput } from './settings/settings.js'
import { VERSION } from './version.js'

/** Options of `init`. What is not given comes from `WANDB_...` variables, settings files or a default. */
export interface InitOptions {
  /** Who owns the run; default the owner of the API key. */
  entity?: string
  /** Default `uncategorized`. */
  project?: string
  /** Hyperparameters and other inputs. */
  config?: object
  /** `online`, `offline` (no network at all; upload later by `sync`) or `disabled` (nothing is kept). */
  mode?: Mode
  /** Default 8 random characters. */
  id?: string
  /** Continues the run `id` if the server has it: `allow`; `must` and `never` insist; `auto` remembers the last id. */
  resume?: Resume
  /** The run's name for people; default chosen by the server. */
  name?: string
  tags?: readonly string[]
  group?: string
  jobType?: string
  notes?: string
  /** Where the `wandb` folder is made; default the current directory. */
  dir?: string
  /** Any other setting. */
  settings?: SettingsInput
}

const KNOWN = new Set([
  'entity',
  'project',
  'config',
  'mode',
  'id',
  'resume',
  'name',
  'tags',
  'group',
  'jobType',
  'notes',
  'dir',
  'settings',
])

const settingsOf = (options: InitOptions): Settings => {
  for (const key of Object.keys(options)) {
    if (!KNOWN.has(key)) {
      throw new WandbError('USAGE', `init: there is no option "${key}"; accepted: ${[...KNOWN].join(', ')}.`)
    }
  }
  const own = {
    entity: options.entity,
    project: options.project,
    mode: options.mode,
    runId: options.id,
    resume: options.resume,
    runName: options.name,
    runTags: options.tags,
    runGroup: options.group,
    runJobType: options.jobType,
    runNotes: options.notes,
    rootDir: options.dir,
  }
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
  return loadSettings({ ...options.settings, ...given })
}

/** What is known of a run before anything was sent or written. */
const prepare = (options: InitOptions) => {
  const settings = settingsOf(options)
  const recalled = settings.resume === 'auto' ? recallRunId(settings.rootDir) : undefined
  return {
    settings,
    terminal: createTerminal(settings),
    startTime: new Date(),
    identity: {
      id: checkedRunId(settings.runId ?? recalled ?? randomId()),
      project: checkedProject(settings.project ?? 'uncategorized'),
      entity: settings.entity ?? '',
      name: settings.runName ?? '',
    },
    tags: checkedTags(settings.runTags),
  }
}

type Prepared = ReturnType<typeof prepare>

const runRecordOf = (
  { identity, settings, startTime, tags }: Prepared,
  config: RunConfig,
  environment: BodyOf<'environment'>,
): NewBodyOf<'run'> => ({
  runId: identity.id,
  entity: identity.entity,
  project: identity.project,
  // The older of W&B's sync programs adds what it knows of the run only under a key that is there.
  config: { update: [{ key: '_wandb', valueJson: '{}' }, ...config.items()] },
  runGroup: settings.runGroup ?? '',
  jobType: settings.runJobType ?? '',
  displayName: identity.name,
  notes: settings.runNotes ?? '',
  tags: [...tags],
  host: environment.host ?? '',
  startTime: timestampFromDate(startTime),
  telemetry: { platform: platformName(), label: { codeString: 'wandb_node_sdk_shim', codeVersion: VERSION } },
  ...(environment.git ? { git: environment.git } : {}),
})

/**
 * Starts a run.
 *
 * @throws {WandbError} `USAGE` for a wrong option or setting; online also `AUTHENTICATION` and `COMMUNICATION`, at the
 *   latest after `settings.initTimeout` seconds.
 *
 * @example
 * const run = await init({ project: 'digits', config: { lr: 0.01 } })
 * run.log({ loss: 0.3 })
 * await run.finish()
 */
export const init = async (options: InitOptions = {}): Promise<Run> => {
  const prepared = prepare(options)
  const { settings, terminal, startTime } = prepared
  let write: (body: RecordBody) => void = () => {}
  const config = new RunConfig(options.config ?? {}, body => write(body))
  const common = { settings, startTime, config, terminal }
  const fresh = { summary: new SummaryTree(), startingStep: 0, previousRuntimeSeconds: 0, resumed: false }
  if (settings.mode === 'offline' && settings.resume) {
    terminal.warn('resume is ignored offline: only the server knows the run that is to be continued.')
  }
  if (settings.mode === 'disabled') {
    const nothing = { directory: undefined, write, onClosed: () => {}, link: undefined }
    return new Run({ ...common, ...fresh, identity: prepared.identity, ...nothing })
  }

  const environment = describeEnvironment(settings, startTime)
  const record = runRecordOf(prepared, config, environment)
  const directory = createRunDirectory({
    rootDir: settings.rootDir,
    runId: prepared.identity.id,
    offline: settings.mode === 'offline',
    startTime,
    warn: terminal.warn,
  })
  const connected =
    settings.mode === 'online'
      ? await connectOrRemove({ prepared, record, environment, config, directory })
      : undefined
  const { uploader } = connected ?? {}
  const identity = connected?.identity ?? prepared.identity
  const log = new RecordLog(directory.logPath, terminal.warn)
  linkLatest(directory)
  for (const body of preamble(connected?.record ?? record, environment)) log.write(body)
  write = body => {
    // The file first: what was sent must be found in it.
    log.write(body)
    uploader?.accept(body)
  }
  const run = new Run({
    ...common,
    ...(connected?.continued ?? fresh),
    identity,
    directory,
    write,
    link: uploader,
    onClosed: exitCode => {
      log.close()
      if (settings.resume === 'auto' && exitCode === 0) forgetRunId(settings.rootDir)
    },
  })
  registerRun(run)
  if (settings.resume === 'auto') rememberRunId(settings.rootDir, identity.id)
  terminal.say(
    uploader
      ? `Run ${identity.name || identity.id}: ${run.url}`
      : `Run ${identity.name || identity.id} is kept in ${directory.path} (offline).`,
  )
  return run
}

const connectOrRemove = async (options: Parameters<typeof connect>[0]): Promise<Connected> => {
  try {
    return await connect(options)
  } catch (error) {
    // Nothing happened that would be worth keeping.
    rmSync(options.directory.path, { recursive: true, force: true })
    throw error
  }
}

/** The records that begin every file. */
const preamble = (run: BodyOf<'run'>, environment: BodyOf<'environment'>): RecordBody[] => [
  {
    case: 'header',
    value: { versionInfo: { producer: `wandb-node-sdk-shim ${VERSION}`, minConsumer: '0.70.0' } },
  },
  { case: 'run', value: run },
  { case: 'telemetry', value: run.telemetry ?? {} },
  { case: 'environment', value: environment },
]
