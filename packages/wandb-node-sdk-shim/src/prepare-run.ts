import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { WandbError } from './errors.js'
import type { BodyOf, NewBodyOf } from './record/record-body.js'
import type { RunConfig } from './run/run-config.js'
import { createTerminal } from './run/terminal.js'
import { checkedProject, checkedRunId, checkedTags, randomId } from './settings/run-id.js'
import type { Mode, Resume, Settings, SettingsInput } from './settings/settings.js'
import { VERSION } from './version.js'

/** Options of `init`. What is not given comes from `WANDB_...` variables, settings files or a default. */
export interface InitOptions {
  /** Who owns the run; default the owner of the API key. */
  entity?: string
  /** Default after the git working tree and the folder of the program; without one, `uncategorized`. */
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
  /**
   * When the run began, for one that is told of afterwards. Its runtime is then counted from there to the latest
   * `_timestamp` that was logged, and not to the present.
   */
  startTime?: Date
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
  'startTime',
  'settings',
])

const checkedStart = (startTime: Date | undefined): Date => {
  if (startTime === undefined) return new Date()
  if (startTime instanceof Date && !Number.isNaN(startTime.getTime())) return startTime
  throw new WandbError('USAGE', `init: startTime is ${String(startTime)}; accepted: a valid Date.`)
}

const settingsOf = (options: InitOptions, load: (input: SettingsInput) => Settings): Settings => {
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
  return load({ ...options.settings, ...given })
}

/**
 * What is known of a run before anything was sent or written.
 *
 * @throws {WandbError} `USAGE` for a wrong option or setting.
 */
export const prepareRun = (
  options: InitOptions,
  load: (input: SettingsInput) => Settings,
  {
    recall = () => undefined,
    defaultProject = () => 'uncategorized',
  }: {
    /** The id that `resume: 'auto'` continues. */
    readonly recall?: (settings: Settings) => string | undefined
    readonly defaultProject?: (settings: Settings) => string
  } = {},
) => {
  const settings = settingsOf(options, load)
  const recalled = settings.resume === 'auto' ? recall(settings) : undefined
  return {
    settings,
    terminal: createTerminal(settings),
    startTime: checkedStart(options.startTime),
    isBackdated: options.startTime !== undefined,
    identity: {
      id: checkedRunId(settings.runId ?? recalled ?? randomId()),
      project: checkedProject(settings.project ?? defaultProject(settings)),
      entity: settings.entity ?? '',
      name: settings.runName ?? '',
    },
    tags: checkedTags(settings.runTags),
  }
}

export type PreparedRun = ReturnType<typeof prepareRun>

/** The record by which a run is announced. */
export const runRecordOf = (
  { identity, settings, startTime, tags }: PreparedRun,
  config: RunConfig,
  environment: BodyOf<'environment'>,
  platformName: string,
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
  telemetry: { platform: platformName, label: { codeString: 'wandb_node_sdk_shim', codeVersion: VERSION } },
  ...(environment.git ? { git: environment.git } : {}),
})
