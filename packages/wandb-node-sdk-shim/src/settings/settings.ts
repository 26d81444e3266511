import { WandbError } from '../errors.js'
import { openAddress } from './open-address.js'

/**
 * `online`: sent as it is logged. `offline`: kept in `./wandb` for `wandb-sync`. `disabled`: nothing is
 * kept or sent.
 */
export type Mode = 'online' | 'offline' | 'disabled'

/**
 * What to do with a run of this id that exists: `allow` goes on with it, `must` fails without one,
 * `never` fails with one. `auto` goes on with the last run here that did not end well.
 */
export type Resume = 'allow' | 'must' | 'never' | 'auto'

/**
 * Settings of a run. Each may come, in this order, from an argument, the environment (`WANDB_...`), `./wandb/settings`,
 * `~/.config/wandb/settings`, or its default.
 */
export interface Settings {
  /** The server. `WANDB_BASE_URL`. */
  baseUrl: string
  /** The web interface, for the links that are printed; derived from `baseUrl`. `WANDB_APP_URL`. */
  appUrl: string | undefined
  /** `WANDB_API_KEY`; else the settings files, else netrc. */
  apiKey: string | undefined
  /** `WANDB_MODE`; `dryrun` is `offline`, `run` is `online`. */
  mode: Mode
  entity: string | undefined
  project: string | undefined
  /** `WANDB_RUN_ID`. */
  runId: string | undefined
  /** `WANDB_NAME`. */
  runName: string | undefined
  /** `WANDB_NOTES`. */
  runNotes: string | undefined
  /** `WANDB_TAGS`, separated by commas. */
  runTags: readonly string[]
  /** `WANDB_RUN_GROUP`. */
  runGroup: string | undefined
  /** `WANDB_JOB_TYPE`. */
  runJobType: string | undefined
  resume: Resume | undefined
  /** Where the `wandb` folder is made; default the current directory. `WANDB_DIR`. */
  rootDir: string
  /** The name under which the machine appears. */
  host: string | undefined
  program: string | undefined
  username: string | undefined
  /** `WANDB_USER_EMAIL`. */
  email: string | undefined
  /** Prints nothing at all. */
  silent: boolean
  /** Prints warnings only. */
  quiet: boolean
  disableGit: boolean
  gitRemoteUrl: string | undefined
  gitCommit: string | undefined
  /** Run files that are not uploaded: patterns with `*`, `**` and `?`, relative to the run's files. */
  ignoreGlobs: readonly string[]
  /** Longest wait for the server's answer in `init`, in seconds. */
  initTimeout: number
  /** Longest time that `finish` uploads, in seconds; what is left stays in the run's directory. */
  finishTimeout: number
  /** Longest time of one GraphQL request, in seconds. */
  httpTimeout: number
  /** Seconds between uploads of rows. `WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL`. */
  fileStreamTransmitInterval: number
  /** First pause before a failed request is repeated, in seconds; it doubles up to `retryWaitMax`. */
  retryWaitMin: number
  /** Longest pause before a failed request is repeated, in seconds. */
  retryWaitMax: number
}

/** Settings as an argument: any of them. */
export type SettingsInput = Partial<Settings>

type Parser = (text: string, source: string) => unknown

const wrong = (source: string, value: unknown, accepted: string) => {
  // What was meant to be a key is nobody's to see, whatever it is.
  const open = typeof value === 'string' && source.includes('baseUrl') ? openAddress(value) : value
  const shown = source.includes('apiKey') ? 'not shown here' : (JSON.stringify(open) ?? String(open))
  return new WandbError('USAGE', `${source} is ${shown}; accepted: ${accepted}.`)
}

const text: Parser = value => value
const list: Parser = value =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')

const flag: Parser = (value, source) => {
  if (/^(1|true|yes|on)$/i.test(value)) return true
  if (/^(0|false|no|off|)$/i.test(value)) return false
  throw wrong(source, value, 'true or false')
}

const seconds: Parser = (value, source) => {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw wrong(source, value, 'a number of seconds, 0 or more')
  }
  return number
}

const MODES: Record<string, Mode> = {
  online: 'online',
  run: 'online',
  offline: 'offline',
  dryrun: 'offline',
  disabled: 'disabled',
}
const mode: Parser = (value, source) => {
  const known = MODES[value]
  if (!known) throw wrong(source, value, 'online, offline or disabled')
  return known
}

const RESUMES: readonly string[] = ['allow', 'must', 'never', 'auto']
const resume: Parser = (value, source) => {
  if (RESUMES.includes(value)) return value
  throw wrong(source, value, 'allow, must, never or auto')
}

/** Every setting: how a string is read, and the names of its variable and of its key in a settings file. */
const DEFINITIONS: {
  readonly [K in keyof Settings]: readonly [parse: Parser, env: string, fileKey: string]
} = {
  baseUrl: [text, 'WANDB_BASE_URL', 'base_url'],
  appUrl: [text, 'WANDB_APP_URL', 'app_url'],
  apiKey: [text, 'WANDB_API_KEY', 'api_key'],
  mode: [mode, 'WANDB_MODE', 'mode'],
  entity: [text, 'WANDB_ENTITY', 'entity'],
  project: [text, 'WANDB_PROJECT', 'project'],
  runId: [text, 'WANDB_RUN_ID', 'run_id'],
  runName: [text, 'WANDB_NAME', 'run_name'],
  runNotes: [text, 'WANDB_NOTES', 'run_notes'],
  runTags: [list, 'WANDB_TAGS', 'run_tags'],
  runGroup: [text, 'WANDB_RUN_GROUP', 'run_group'],
  runJobType: [text, 'WANDB_JOB_TYPE', 'run_job_type'],
  resume: [resume, 'WANDB_RESUME', 'resume'],
  rootDir: [text, 'WANDB_DIR', 'root_dir'],
  host: [text, 'WANDB_HOST', 'host'],
  program: [text, 'WANDB_PROGRAM', 'program'],
  username: [text, 'WANDB_USERNAME', 'username'],
  email: [text, 'WANDB_USER_EMAIL', 'email'],
  silent: [flag, 'WANDB_SILENT', 'silent'],
  quiet: [flag, 'WANDB_QUIET', 'quiet'],
  disableGit: [flag, 'WANDB_DISABLE_GIT', 'disable_git'],
  gitRemoteUrl: [text, 'WANDB_GIT_REMOTE_URL', 'git_remote_url'],
  gitCommit: [text, 'WANDB_GIT_COMMIT', 'git_commit'],
  ignoreGlobs: [list, 'WANDB_IGNORE_GLOBS', 'ignore_globs'],
  initTimeout: [seconds, 'WANDB_INIT_TIMEOUT', 'init_timeout'],
  finishTimeout: [seconds, 'WANDB_FINISH_TIMEOUT', 'finish_timeout'],
  httpTimeout: [seconds, 'WANDB_HTTP_TIMEOUT', 'http_timeout'],
  fileStreamTransmitInterval: [
    seconds,
    'WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL',
    'x_file_stream_transmit_interval',
  ],
  retryWaitMin: [seconds, 'WANDB_X_RETRY_WAIT_MIN', 'x_retry_wait_min'],
  retryWaitMax: [seconds, 'WANDB_X_RETRY_WAIT_MAX', 'x_retry_wait_max'],
}

const KEYS = Object.keys(DEFINITIONS) as (keyof Settings)[]

const DEFAULTS: Omit<Settings, 'rootDir'> = {
  baseUrl: 'https://api.wandb.ai',
  appUrl: undefined,
  apiKey: undefined,
  mode: 'online',
  entity: undefined,
  project: undefined,
  runId: undefined,
  runName: undefined,
  runNotes: undefined,
  runTags: [],
  runGroup: undefined,
  runJobType: undefined,
  resume: undefined,
  host: undefined,
  program: undefined,
  username: undefined,
  email: undefined,
  silent: false,
  quiet: false,
  disableGit: false,
  gitRemoteUrl: undefined,
  gitCommit: undefined,
  ignoreGlobs: [],
  initTimeout: 90,
  finishTimeout: 300,
  httpTimeout: 30,
  fileStreamTransmitInterval: 15,
  retryWaitMin: 2,
  retryWaitMax: 60,
}

/** A source of settings as strings: the environment or a settings file. */
export interface SettingsSource {
  /** How the source is called in a message, e.g. `./wandb/settings`; empty for the environment. */
  readonly name: string
  readonly values: Readonly<Record<string, string | undefined>>
}

const checked = (key: keyof Settings, value: unknown): unknown => {
  const source = `Setting "${key}"`
  const [parse] = DEFINITIONS[key]
  const isText = parse === text || parse === mode || parse === resume
  if (isText && typeof value !== 'string') throw wrong(source, value, 'a string')
  if (parse === flag && typeof value !== 'boolean') throw wrong(source, value, 'true or false')
  if (parse === list && !(Array.isArray(value) && value.every(item => typeof item === 'string'))) {
    throw wrong(source, value, 'a list of strings')
  }
  if (parse === seconds) return seconds(typeof value === 'number' ? String(value) : '', source)
  return isText ? parse(value as string, source) : value
}

/**
 * The settings in force: `input` over the environment over the files, in the order given, over the defaults.
 *
 * @throws {WandbError} `USAGE` for a value that is not acceptable, naming the setting or the variable.
 */
export const resolveSettings = (
  input: SettingsInput,
  environment: SettingsSource,
  files: readonly SettingsSource[],
  rootDir: string,
): Settings => {
  for (const key of Object.keys(input)) {
    if (!(key in DEFINITIONS)) {
      throw new WandbError('USAGE', `There is no setting "${key}"; accepted: ${KEYS.join(', ')}.`)
    }
  }
  const resolve = (key: keyof Settings): unknown => {
    if (input[key] !== undefined) return checked(key, input[key])
    const [parse, env, fileKey] = DEFINITIONS[key]
    const fromEnv = environment.values[env]
    if (fromEnv) return parse(fromEnv, env)
    for (const { name, values } of files) {
      const value = values[fileKey]
      if (value) return parse(value, `"${fileKey}" in ${name}`)
    }
    return key === 'rootDir' ? rootDir : DEFAULTS[key]
  }
  const settings = Object.fromEntries(KEYS.map(key => [key, resolve(key)])) as unknown as Settings
  return { ...settings, baseUrl: checkedUrl(settings.baseUrl) }
}

const checkedUrl = (url: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  // fetch refuses a name and password in an address, and repeats them when it does.
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw wrong('Setting "baseUrl" (WANDB_BASE_URL)', url, 'an http or https URL without a name or password')
  }
  return url.replace(/\/+$/, '')
}

/** The address of the web interface that belongs to a server. */
export const appUrlOf = ({ appUrl, baseUrl }: Pick<Settings, 'appUrl' | 'baseUrl'>): string => {
  if (appUrl) return appUrl.replace(/\/+$/, '')
  return baseUrl.replace('://api.wandb.', '://wandb.').replace('://api.', '://app.')
}
