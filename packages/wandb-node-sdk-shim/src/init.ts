import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { WandbError } from './errors.js'
import type { RecordBody } from './record/record-body.js'
import { RecordLog } from './record/record-log.js'
import { describeEnvironment, platformName } from './run/environment.js'
import { registerRun } from './run/exit-hooks.js'
import { Run, type RunIdentity } from './run/run.js'
import { RunConfig } from './run/run-config.js'
import { createRunDirectory } from './run/run-directory.js'
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
  const settings = settingsOf(options)
  const terminal = createTerminal(settings)
  const startTime = new Date()
  const identity: RunIdentity = {
    id: checkedRunId(settings.runId ?? randomId()),
    project: checkedProject(settings.project ?? 'uncategorized'),
    entity: settings.entity ?? '',
    name: settings.runName ?? '',
  }
  const tags = checkedTags(settings.runTags)
  const summary = new SummaryTree()
  let write: (body: RecordBody) => void = () => {}
  const config = new RunConfig(options.config ?? {}, body => write(body))
  const parts = {
    identity,
    settings,
    startTime,
    config,
    summary,
    terminal,
    startingStep: 0,
    previousRuntimeSeconds: 0,
    resumed: false,
  }
  if (settings.mode === 'disabled') {
    return new Run({ ...parts, directory: undefined, write: () => {}, closeLog: () => {}, link: undefined })
  }

  const directory = createRunDirectory({
    rootDir: settings.rootDir,
    runId: identity.id,
    offline: true,
    startTime,
    warn: terminal.warn,
  })
  const log = new RecordLog(directory.logPath, terminal.warn)
  write = body => log.write(body)
  write({ case: 'header', value: { versionInfo: { producer: VERSION, minConsumer: '0.70.0' } } })
  const environment = describeEnvironment(settings, startTime)
  const telemetry = {
    platform: platformName(),
    label: { codeString: 'wandb_node_sdk_shim', codeVersion: VERSION },
  }
  write({
    case: 'run',
    value: {
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
      telemetry,
      ...(environment.git ? { git: environment.git } : {}),
    },
  })
  write({ case: 'telemetry', value: telemetry })
  write({ case: 'environment', value: environment })
  const run = new Run({ ...parts, directory, write, closeLog: () => log.close(), link: undefined })
  registerRun(run)
  terminal.say(`Run ${identity.name || identity.id} is kept in ${directory.path} (offline).`)
  return run
}
